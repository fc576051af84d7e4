/** The line at the foot of each page: tracker, figures, and why P2P is off if it is. */
import {figures as ownFigures} from './figures.js';
import {whyNoPeers} from './support.js';
import {megabytes, plural} from './words.js';

const LOOK_EVERY_MS = 3000;

const strip = /** @type {HTMLElement} */ (document.getElementById('strip'));
/** Beside the live region: screen readers aren't told of each figure. */
const figures = /** @type {HTMLElement} */ (document.getElementById('figures'));
const own = document.createElement('span');
figures.after(' ', own);

/** @param {string} metrics Prometheus text @param {string} name */
function figure(metrics, name) {
  return Number(new RegExp(`^peer5_${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0);
}

/** @param {string} metrics */
function describe(metrics) {
  const http = figure(metrics, 'reported_http_bytes_total');
  const peers = figure(metrics, 'reported_peer_bytes_total');
  const share = http + peers > 0 ? ` (${Math.round(peers / (http + peers) * 100)}%)` : '';
  return `${plural(figure(metrics, 'clients'), 'visitor', 'visitors')} connected. ` +
    `All visitors so far: ${megabytes(http)} from the server, ${megabytes(peers)} from peers${share}.`;
}

function describeOwn() {
  const {http, peers, stored, uploaded, connected} = ownFigures();
  if (http + peers + stored + uploaded + connected === 0) return '';
  return `This page: ${plural(connected, 'peer', 'peers')}; ${megabytes(http)} from the server, ` +
    `${megabytes(peers)} from peers, ${megabytes(stored)} from disk; ${megabytes(uploaded)} given to peers.`;
}

/** @param {string} text */
function say(text) {
  if (strip.textContent !== text) strip.textContent = text;
}

async function look() {
  const why = await whyNoPeers();
  say(why ? `P2P is off: ${why}. Downloads come from the server.` : 'P2P is on: the tracker answers.');
  strip.classList.toggle('bad', why !== '');
  figures.textContent = why ? '' :
    await fetch('/metrics').then(async response => describe(await response.text()), () => '');
}

async function keepLooking() {
  own.textContent = describeOwn();
  if (!document.hidden) await look();
  setTimeout(keepLooking, LOOK_EVERY_MS);
}

void keepLooking();
