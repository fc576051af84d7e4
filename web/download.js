/** The download demo: one request at a time, and everything it says. */
import {Chart} from './lib/chart.js';
import {TRACKER} from './lib/tracker.js';
import {duration, megabytes, speed} from './lib/words.js';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;
/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

const SAMPLE_EVERY_MS = 500;
const OTHER = 'other';

peer5.setGlobalOptions({tracker: TRACKER});
const chart = new Chart($('chart'), $('line-http'), $('line-peers'));

const NOTHING = {loaded: 0, loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: 0};
let progress = NOTHING;
let sampled = NOTHING;
/** @type {any} the request that is under way, paused or done */
let request = null;
let fileName = '';
let saveUrl = '';
/** @type {ReturnType<typeof setInterval> | undefined} */
let sampling;

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  $('message').textContent = text;
  $('message').classList.toggle('bad', bad);
}

function chosenUrl() {
  const {value} = $('sample');
  return value === OTHER ? $('url').value.trim() : new URL(value, location.href).href;
}

function showProgress() {
  const {loaded, loadedHTTP, loadedP2P, loadedFS, total} = progress;
  const part = bytes => total > 0 ? bytes / total * 100 : 0;
  $('bar-http').style.width = `${part(loadedHTTP)}%`;
  $('bar-peers').style.width = `${part(loadedP2P)}%`;
  $('bar-stored').style.width = `${part(loadedFS)}%`;
  $('bar').setAttribute('aria-valuenow', String(Math.floor(part(loaded))));
  $('http').textContent = megabytes(loadedHTTP);
  $('peers').textContent = megabytes(loadedP2P);
  $('stored').textContent = megabytes(loadedFS);
  $('percent').textContent = total > 0 ? `${Math.floor(part(loaded))}%` : megabytes(loaded);
}

function sample() {
  const rate = name => (progress[name] - sampled[name]) / (SAMPLE_EVERY_MS / 1000);
  const all = rate('loaded');
  chart.add({http: rate('loadedHTTP'), peers: rate('loadedP2P')});
  $('speed').textContent = speed(all);
  $('left').textContent = all > 0 ? duration((progress.total - progress.loaded) / all) : '–';
  sampled = progress;
}

/** @param {'idle' | 'running' | 'paused' | 'done'} state */
function show(state) {
  clearInterval(sampling);
  if (state === 'running') sampling = setInterval(sample, SAMPLE_EVERY_MS);
  $('start').textContent = state === 'paused' ? 'Resume' : 'Start';
  $('start').disabled = state === 'running';
  $('stop').disabled = state !== 'running';
  $('leave').disabled = state === 'idle';
  $('save').hidden = state !== 'done';
  if (state !== 'running') $('left').textContent = '–';
}

async function finished() {
  // Native requests know no blobUrl.
  const {response} = request;
  saveUrl = response instanceof Blob ? URL.createObjectURL(response) : response;
  const blob = response instanceof Blob ? response : await (await fetch(saveUrl)).blob();
  $('save').href = saveUrl;
  $('save').download = fileName;
  show('done');
  const share = progress.total > 0 ? Math.round(progress.loadedP2P / progress.total * 100) : 0;
  say(`Done: ${share}% came from peers. Keep this window open to serve others.`);
  if (!crypto.subtle) return;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  $('hash').textContent = `SHA-256 ${[...digest].map(b => b.toString(16).padStart(2, '0')).join('')}`;
}

function start() {
  const url = chosenUrl();
  if (!url) return say('Enter the URL of a file.', true);
  if (saveUrl) URL.revokeObjectURL(saveUrl);
  saveUrl = '';
  $('hash').textContent = '';
  progress = sampled = NOTHING;
  chart.clear();
  showProgress();
  const strategy = $('strategy').value;
  fileName = decodeURIComponent(new URL(url, location.href).pathname.split('/').pop() || 'download');
  request = new peer5.Request(strategy === 'http' ? {p2p: false} : {strategy});
  const current = request;
  /** @type {(handler: (event: any) => void) => (event: any) => void} */
  const mine = handler => event => { if (current === request) handler(event); };
  request.onprogress = mine(event => {
    const {loaded, total, loadedHTTP = loaded, loadedP2P = 0, loadedFS = 0} = event;
    progress = {loaded, loadedHTTP, loadedP2P, loadedFS, total};
    showProgress();
  });
  request.onswarmstatechange = mine(({numOfPeers, uploaded}) => {
    $('connected').textContent = String(numOfPeers);
    $('uploaded').textContent = megabytes(uploaded);
  });
  request.onload = mine(() => {
    if (current.status !== 200) {
      show('idle');
      return say(`The server answered ${current.status} ${current.statusText}.`, true);
    }
    finished();
  });
  request.onerror = mine(({error}) => {
    show('idle');
    say(error?.message ?? 'The file could not be downloaded. Is the URL right, and does the ' +
      'server allow this page to read it (CORS)?', true);
  });
  try {
    request.open('GET', url);
  } catch {
    return say('That is not a URL.', true);
  }
  request.responseType = strategy === 'http' ? 'blob' : 'blobUrl';
  show('running');
  say('Downloading …');
  request.send();
}

$('form').addEventListener('submit', event => {
  event.preventDefault();
  start();
});
$('stop').addEventListener('click', () => {
  request?.abort();
  show('paused');
  say('Paused. What is here stays; Resume goes on from it.');
  $('start').focus();
});
$('leave').addEventListener('click', () => {
  request?.abort({leaveSwarm: true});
  request = null;
  $('connected').textContent = '0';
  show('idle');
  say('Left the swarm; its memory is free again.');
  $('start').focus();
});
$('sample').addEventListener('change', () => {
  $('url-field').hidden = $('sample').value !== OTHER;
});

/** @type {{name: string, size: number}[]} */
const samples = await fetch('samples.json').then(response => response.json(), () => []);
for (const {name, size} of samples) {
  $('sample').append(new Option(`${name} (${megabytes(size)})`, `samples/${name}`));
}
$('sample').append(new Option('another URL …', OTHER));
$('url-field').hidden = $('sample').value !== OTHER;
