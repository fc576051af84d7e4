/** The sharing page as those see it who were sent a link. */
import {Meter} from '../meter.js';
import {duration, megabytes, plural, speed} from '../words.js';
import {fileItem} from './file_item.js';
import {Receiving} from './receiving.js';
import {saveAll} from './save.js';

/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

const SAMPLE_EVERY_MS = 500;
const NONE = '–';
/** Who has it is found within a second or so; after this the user should know that it may take longer. */
const PATIENCE_MS = 6000;

/** @type {Receiving} */
let receiving;
const meter = new Meter();
let shownState = '';
/** Since when there has been no peer, by performance.now(). */
let aloneSince = 0;

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  if ($('receive-message').textContent !== text) $('receive-message').textContent = text;
  $('receive-message').classList.toggle('bad', bad);
}

/** What the link says. @param {import('./link.js').Shared} shared */
function showOffer({name, type, size, count, key}) {
  const files = plural(count, 'file', 'files');
  $('offer-name').textContent = count === 1 ? name : name ? `${name}: ${files}` : files;
  $('offer-facts').textContent = [megabytes(size), count === 1 ? type || 'of unknown type' : '',
    key ? 'encrypted; the key is in your link' : 'not encrypted'].filter(Boolean).join(' · ');
  document.title = `${$('offer-name').textContent} – peer5`;
}

function update() {
  showFigures();
  if (receiving.state !== shownState) showState();
  else if (shownState === 'running') say(whatGoesOn());
}

function showFigures() {
  const {progress: {loaded, loadedFS, total}, peers, uploaded} = receiving.transfer;
  const part = (/** @type {number} */ bytes) => total > 0 ? Math.floor(bytes / total * 100) : 0;
  $('receive-stored').style.width = `${part(loadedFS)}%`;
  $('receive-part').style.width = `${part(loaded) - part(loadedFS)}%`;
  $('receive-bar').setAttribute('aria-valuenow', String(part(loaded)));
  $('receive-percent').textContent = `${part(loaded)}%`;
  $('receive-peers').textContent = String(peers);
  $('receive-uploaded').textContent = megabytes(uploaded);
}

/** Takes a sample of the speed. */
function tick() {
  const {progress, state} = receiving.transfer;
  const rates = state === 'running' && progress.loaded > 0 ? meter.measure(progress, performance.now()) : null;
  if (state !== 'running') meter.rest();
  else say(whatGoesOn());
  $('receive-speed').textContent = rates ? speed(rates.peers) : NONE;
  $('receive-left').textContent = rates && rates.peers > 0 ?
    duration((progress.total - progress.loaded) / rates.peers) : NONE;
}

function showState() {
  const {state} = receiving;
  shownState = state;
  const running = state === 'running';
  if (running) aloneSince = performance.now();
  else $('receive-speed').textContent = $('receive-left').textContent = NONE;
  $('receive-progress').hidden = state === 'idle' || state === 'failed';
  $('receive-lead').hidden = state !== 'idle';
  $('download').hidden = running || state === 'done' || state === 'open';
  $('download').textContent = {stopped: 'Resume', failed: 'Try again'}[state] ?? 'Download';
  $('pause').hidden = !running;
  $('leave').hidden = state === 'idle' || state === 'failed';
  SAY[state]();
}

const SAY = {
  idle: () => say('You have left: nothing is kept, and nothing is passed on.'),
  running: () => say(whatGoesOn()),
  stopped: () => say('Paused. What is here stays, and Resume goes on from it.'),
  failed: () => say(receiving.problem, true),
  done: () => say('All of it is here; opening it …'),
  open: showFiles,
};

function whatGoesOn() {
  const {peers} = receiving.transfer;
  if (peers > 0) {
    aloneSince = performance.now();
    return `Downloading, with ${plural(peers, 'peer', 'peers')}.`;
  }
  return performance.now() - aloneSince < PATIENCE_MS ? 'Looking for somebody who has it …' :
    'Nobody who has it is here at the moment. It goes on as soon as somebody is: leave this page open.';
}

function showFiles() {
  const {files} = receiving;
  say('Here, and checked. As long as this page is open it passes it on to others.');
  $('received').replaceChildren(...files.map(file => fileItem(file, {alone: files.length === 1, say})));
  $('received').hidden = false;
  $('save-all').hidden = files.length < 2;
}

/** What had the focus may be hidden now. @param {string} id */
function focusOn(id) {
  const {activeElement} = document;
  if (!(activeElement instanceof HTMLElement) || activeElement === document.body || activeElement.offsetParent === null) {
    $(id).focus();
  }
}

function start() {
  if (receiving.state === 'stopped') receiving.transfer.resume();
  else receiving.start();
  focusOn('pause');
}

function leave() {
  receiving.leave();
  $('received').replaceChildren();
  $('received').hidden = $('save-all').hidden = true;
  focusOn('download');
}

/** @param {import('./link.js').Shared} shared */
export function showReceiver(shared) {
  receiving = new Receiving(shared, update);
  showOffer(shared);
  $('download').addEventListener('click', start);
  $('pause').addEventListener('click', () => {
    receiving.transfer.stop();
    focusOn('download');
  });
  $('leave').addEventListener('click', leave);
  $('save-all').addEventListener('click', () => {
    saveAll(receiving.files).then(saved => { if (saved) say('Saved.'); },
      error => say(`They could not be saved: ${error.message}`, true));
  });
  setInterval(tick, SAMPLE_EVERY_MS);
}
