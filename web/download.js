/** The download demo: the form, and everything a download says. */
import {Chart} from './lib/chart.js';
import {describeHash} from './lib/hash.js';
import {Meter} from './lib/meter.js';
import {whyNoPeers} from './lib/support.js';
import {TRACKER} from './lib/tracker.js';
import {Transfer} from './lib/transfer.js';
import {duration, megabytes, plural, speed} from './lib/words.js';

/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

const SAMPLE_EVERY_MS = 500;
/** As long as no speed is known. */
const NONE = '–';
const OTHER = 'other';

const HINTS = {
  'server-friendly': 'Peers bring all they can in time, the server what would be late.',
  'aggressive': 'Peers and server, both all the time.',
  'p2p-friendly': 'The server; peers when it fails or slows.',
  'p2p': 'Nothing from the server; waits for peers that have it.',
  'http': 'A plain request, for comparison.',
};

const transfer = new Transfer(update);
const meter = new Meter();
const chart = new Chart({svg: $('chart'), caption: $('scale'), http: $('line-http'), peers: $('line-peers')},
  SAMPLE_EVERY_MS / 1000);
/** Milliseconds that the download has been running, up to `runningSince`. */
let ranFor = 0;
let runningSince = 0;
let shownState = '';

// --- What is shown ---

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  if ($('message').textContent !== text) $('message').textContent = text;
  $('message').classList.toggle('bad', bad);
}

function update() {
  showFigures();
  if (transfer.state !== shownState) showState();
  else if (transfer.state === 'running') say(whatGoesOn());
}

function showFigures() {
  const {loaded, loadedHTTP, loadedP2P, loadedFS, total} = transfer.progress;
  const part = (/** @type {number} */ bytes) => total > 0 ? bytes / total * 100 : 0;
  $('bar-http').style.width = `${part(loadedHTTP)}%`;
  $('bar-peers').style.width = `${part(loadedP2P)}%`;
  $('bar-stored').style.width = `${part(loadedFS)}%`;
  $('bar').setAttribute('aria-valuenow', String(Math.floor(part(loaded))));
  $('http').textContent = megabytes(loadedHTTP);
  $('peers').textContent = megabytes(loadedP2P);
  $('stored').textContent = megabytes(loadedFS);
  $('percent').textContent = total > 0 ? `${Math.floor(part(loaded))}%` : megabytes(loaded);
  $('connected').textContent = String(transfer.peers);
  $('uploaded').textContent = megabytes(transfer.uploaded);
}

/** Takes a sample of the speed. */
function tick() {
  // On resuming, what is here is told again: that is no speed.
  if (transfer.progress.loaded === 0) return meter.rest();
  const rates = meter.measure(transfer.progress, performance.now());
  if (!rates) return;
  chart.add(rates);
  $('speed-http').textContent = speed(rates.http);
  $('speed-peers').textContent = speed(rates.peers);
  const {loaded, total} = transfer.progress;
  const all = rates.http + rates.peers;
  $('left').textContent = all > 0 && total > 0 ? duration((total - loaded) / all) : NONE;
}

/** Called when the state has changed. */
function showState() {
  const {state} = transfer;
  const running = state === 'running';
  const wasRunning = shownState === 'running';
  shownState = state;
  if (running) {
    runningSince = performance.now();
    meter.rest();
  } else {
    if (wasRunning) ranFor += performance.now() - runningSince;
    $('speed-http').textContent = $('speed-peers').textContent = $('left').textContent = NONE;
  }
  $('left-name').textContent = state === 'done' ? 'Took' : 'Time left';
  // What is stopped can be resumed only as it was.
  $('choices').disabled = running || state === 'stopped';
  $('start').textContent = state === 'stopped' ? 'Resume' : 'Start';
  $('start').disabled = running;
  $('stop').disabled = !running;
  $('leave').disabled = state === 'idle' || state === 'failed';
  $('save').hidden = state !== 'done';
  $('start').classList.toggle('main', state !== 'done');
  SAY[state]();
}

const SAY = {
  idle: () => say('You have left the swarm: connections are closed and memory is free.'),
  running: () => say(whatGoesOn()),
  stopped: () => say('Stopped. What is here stays, and Resume goes on from it.'),
  failed: () => say(transfer.problem, true),
  done: () => void finished(),
};

function whatGoesOn() {
  if (transfer.peers > 0) return `Downloading, with ${plural(transfer.peers, 'peer', 'peers')}.`;
  if (transfer.mode === 'http') return 'Downloading from the server.';
  return transfer.mode === 'p2p' ? 'Looking for peers that have this file …' : 'Downloading; looking for peers …';
}

async function finished() {
  const {url, result, progress: {loaded, loadedP2P}} = transfer;
  const name = new URL(url).pathname.split('/').pop() || 'download';
  $('save').href = result;
  $('save').download = safeDecode(name);
  $('left').textContent = duration(ranFor / 1000);
  const share = loaded > 0 ? Math.round(loadedP2P / loaded * 100) : 0;
  const [reason, hash] = await Promise.all([whyOnlyServer(),
    describeHash(result).catch(() => 'SHA-256: there was not enough memory to compute it')]);
  if (transfer.result !== result || transfer.state !== 'done') return;
  say(reason ? `Done, all from the server: ${reason}.` :
    `Done: ${share}% came from peers. Keep this window open to serve others.`);
  $('hash').textContent = hash;
  $('hash').hidden = false;
}

/** @returns {Promise<string>} '': peers could be asked */
async function whyOnlyServer() {
  if (transfer.mode === 'http') return 'that was your choice';
  if (transfer.info) return '';
  return await whyNoPeers() || 'the tracker did not vouch for this URL in time, so there was nothing to check peers’ bytes against';
}

/** @param {string} text */
function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// --- What the user does ---

/** @returns {string} absolute, '' if there is none */
function chosenUrl() {
  const {value} = $('sample');
  try {
    const {href, protocol} = new URL(value === OTHER ? $('url').value.trim() : value,
      value === OTHER ? undefined : location.href);
    return /^https?:$/.test(protocol) ? href : '';
  } catch {
    return '';
  }
}

function start() {
  if (transfer.state === 'stopped') return transfer.resume();
  const url = chosenUrl();
  $('url').setAttribute('aria-invalid', String(!url));
  if (!url) {
    say('Enter the whole URL of a file, with https:// or http://.', true);
    return $('url').focus();
  }
  ranFor = 0;
  chart.clear();
  $('hash').hidden = true;
  transfer.start(url, $('mode').value);
}

/** A button that has just been disabled loses the focus. @param {string} id */
function focusOn(id) {
  if (document.activeElement === document.body || /** @type {any} */ (document.activeElement)?.disabled) $(id).focus();
}

$('form').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  start();
  focusOn('stop');
});
$('stop').addEventListener('click', () => {
  transfer.stop();
  focusOn('start');
});
$('leave').addEventListener('click', () => {
  transfer.leave();
  focusOn('start');
});

function showChoices() {
  $('url-field').hidden = $('sample').value !== OTHER;
  $('mode-hint').textContent = HINTS[/** @type {keyof typeof HINTS} */ ($('mode').value)];
}
$('sample').addEventListener('change', showChoices);
$('mode').addEventListener('change', showChoices);

/** @type {any} */ (globalThis).peer5.setGlobalOptions({tracker: TRACKER});
setInterval(() => { if (transfer.state === 'running') tick(); }, SAMPLE_EVERY_MS);

/** @type {{name: string, size: number}[]} */
const samples = await fetch('samples.json').then(response => response.json()).catch(() => []);
for (const {name, size} of samples) {
  $('sample').append(new Option(`${name} (${megabytes(size)})`, `samples/${name}`));
}
$('sample').append(new Option('another URL …', OTHER));
showChoices();
