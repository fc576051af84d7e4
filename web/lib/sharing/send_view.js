/** The sharing page as its sharer sees it. */
import {qrCode} from '../qr.js';
import {megabytes, plural, speed} from '../words.js';
import {clipboardFiles, droppedFiles, filesOf, pastedFiles} from './chosen_files.js';
import {DownloaderList} from './downloader_list.js';
import {parseFragment} from './link.js';
import {Sharing} from './sharing.js';

/** @typedef {import('./chosen_files.js').ChosenFile} ChosenFile */

/** @param {string} id @returns {any} */
const $ = id => document.getElementById(id);

const LOOK_EVERY_MS = 1000;
const COPIED_FOR_MS = 2000;

const sharing = new Sharing(update);
const downloaders = new DownloaderList();
let shownState = '';

// --- What is shown ---

/** @param {string} text @param {boolean} [bad] */
function say(text, bad = false) {
  if ($('send-message').textContent !== text) $('send-message').textContent = text;
  $('send-message').classList.toggle('bad', bad);
}

function update() {
  if (sharing.state !== shownState) showState();
  if (sharing.state === 'hashing') showHashing();
  if (sharing.state === 'shared') showFigures();
}

function showState() {
  const {state} = sharing;
  shownState = state;
  const isOn = state === 'hashing' || state === 'shared';
  $('chooser').hidden = isOn;
  $('shared').hidden = !isOn;
  $('hashing').hidden = state !== 'hashing';
  $('ready').hidden = state !== 'shared';
  $('stop-sharing').textContent = state === 'hashing' ? 'Cancel' : 'Stop sharing';
  if (isOn) $('shared-name').textContent = title();
  if (state === 'hashing') $('shared-name').focus();
  if (state === 'shared') showLink();
  if (state === 'idle') say('Sharing has stopped. The link leads to those who have all of it, if there are any.');
  if (state === 'failed') say(sharing.problem, true);
}

/** What is being shared, in words. */
function title() {
  const {name, count, size} = sharing;
  const what = count === 1 ? name : `${name ? `${name}: ` : ''}${plural(count, 'file', 'files')}`;
  return `${what} (${megabytes(size)})`;
}

function showHashing() {
  const percent = sharing.total > 0 ? Math.floor(sharing.hashed / sharing.total * 100) : 0;
  $('hash-part').style.width = `${percent}%`;
  $('hash-bar').setAttribute('aria-valuenow', String(percent));
  say(sharing.encrypted ? 'Encrypting, and computing what it is checked by …' : 'Computing what it is checked by …');
}

function showLink() {
  const link = new URL(sharing.fragment, location.href).href;
  $('link').value = link;
  $('code').replaceChildren(qrCode(link, 'QR code of the link'));
  say(sharing.encrypted ? 'Ready, and encrypted. Send the link, and keep this page open.' :
    'Ready, not encrypted. Send the link, and keep this page open.');
  downloaders.clear();
  $('copy').focus();
}

function showFigures() {
  $('send-peers').textContent = String(sharing.peers);
  $('send-uploaded').textContent = megabytes(sharing.uploaded);
}

/** Figures of each peer come by no event. */
function look() {
  if (sharing.state !== 'shared') return;
  const rows = downloaders.measure(sharing.downloaders(), performance.now());
  $('downloaders').hidden = rows.length === 0;
  $('downloader-rows').replaceChildren(...rows.map(row));
}

/** @param {import('./downloader_list.js').Row} downloader */
function row({name, uploaded, progress, rate, connected}) {
  const line = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = name;
  const has = progress === 1 ? 'all of it' : `${Math.floor(progress * 100)}%`;
  const cells = [has, megabytes(uploaded), connected ? speed(rate) : 'has left'].map(text => {
    const cell = document.createElement('td');
    cell.textContent = text;
    return cell;
  });
  line.append(head, ...cells);
  return line;
}

// --- What the user does ---

/** @param {ChosenFile[]} files */
function share(files) {
  if (sharing.state === 'hashing' || sharing.state === 'shared') return;
  if (files.length === 0) return say('There is no file in that.', true);
  void sharing.start(files, $('encrypt').checked);
}

/** @param {Promise<ChosenFile[]>} files */
function shareWhenRead(files) {
  files.then(share, error => say(`That could not be read: ${error.message}`, true));
}

function listenToInputs() {
  for (const id of ['files', 'folder']) {
    $(id).addEventListener('change', () => {
      const files = filesOf($(id).files);
      $(id).value = '';  // so that the same can be chosen again
      share(files);
    });
  }
}

function listenToDrops() {
  addEventListener('dragover', event => {
    event.preventDefault();
    $('chooser').classList.add('over');
  });
  for (const type of ['dragleave', 'drop']) {
    addEventListener(type, () => $('chooser').classList.remove('over'));
  }
  addEventListener('drop', event => {
    event.preventDefault();
    if (event.dataTransfer) shareWhenRead(droppedFiles(event.dataTransfer));
  });
}

/** A link of this page that is pasted leads to what it offers. @param {ChosenFile[]} files @param {string} text */
function openOrShare(files, text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && url.pathname === location.pathname && url.origin === location.origin && parseFragment(url.hash)) {
    location.href = url.href;
  } else {
    share(files);
  }
}

function listenToPastes() {
  addEventListener('paste', event => {
    if (!event.clipboardData) return;
    openOrShare(pastedFiles(event.clipboardData), event.clipboardData.getData('text/plain').trim());
  });
  $('paste').hidden = !navigator.clipboard?.read;
  $('paste').addEventListener('click', () => shareWhenRead(clipboardFiles()));
}

function listenToLink() {
  $('copy').addEventListener('click', async () => {
    $('link').select();
    const copied = await navigator.clipboard?.writeText($('link').value).then(() => true, () => false);
    $('copy').textContent = copied ? 'Copied' : 'Press Ctrl+C to copy';
    setTimeout(() => { $('copy').textContent = 'Copy the link'; }, COPIED_FOR_MS);
  });
  $('pass-on').hidden = !navigator.share;
  $('pass-on').addEventListener('click', () =>
    navigator.share({url: $('link').value}).catch(() => { /* thought better of it */ }));
  $('stop-sharing').addEventListener('click', () => {
    sharing.stop();
    $('files').focus();
  });
}

export function showSender() {
  if (!globalThis.crypto?.subtle) {
    $('encrypt').checked = false;
    $('encrypt').disabled = true;
    $('encrypt-hint').textContent = 'Browsers encrypt on https pages and localhost only.';
  }
  listenToInputs();
  listenToDrops();
  listenToPastes();
  listenToLink();
  setInterval(look, LOOK_EVERY_MS);
}
