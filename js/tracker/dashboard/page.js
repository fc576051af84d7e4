/** Shows the tracker's figures, and how they change, every two seconds. */

import {bytes, count, element, fill, make, nameOf, number, share, shareText, success} from './elements.js';
import {placeName, showSwarm} from './swarm_page.js';

const EVERY_MS = 2000;

const token = decodeURIComponent(location.hash.slice(1));
/** @type {any} */
let before = null;
/** The swarm that is looked at. */
let chosen = '';

/** @param {any} figures */
function tiles({at, stats}) {
  const seconds = before ? (at - before.at) / 1000 : 0;
  const rate = (/** @type {string} */ name) => seconds > 0 ? (stats[name] - before.stats[name]) / seconds : 0;
  return [
    ['Peers connected', count.format(stats.sockets)],
    ['Swarms', count.format(stats.swarms)],
    ['Bytes from peers', shareText(share(stats)), 'peer'],
    ['By peers, now', `${bytes(rate('bytesP2P'))}/s`, 'peer'],
    ['By HTTP, now', `${bytes(rate('bytesHTTP'))}/s`],
    ['By peers, in all', bytes(stats.bytesP2P), 'peer'],
    ['By HTTP, in all', bytes(stats.bytesHTTP)],
    ['From own storage', bytes(stats.bytesStored)],
    ['Joins a second', rate('joins').toFixed(1)],
    ['Introductions a second', rate('matches').toFixed(1)],
    ['Downloads completed', count.format(stats.completed)],
    ['Messages refused', count.format(stats.refused)],
  ];
}

/** @param {any} swarm */
function opener(swarm) {
  const cell = make('td', '', 'name');
  const button = /** @type {HTMLButtonElement} */ (make('button', nameOf(swarm), 'link'));
  button.type = 'button';
  button.dataset.id = swarm.id;
  button.setAttribute('aria-pressed', String(swarm.id === chosen));
  button.addEventListener('click', () => choose(swarm.id === chosen ? '' : swarm.id));
  cell.append(button);
  return cell;
}

/** What the candidates of a client tell of its NAT. */
const CANDIDATES = /** @type {Record<string, string>} */ (
  {none: 'none told', host: 'own address', srflx: 'through STUN', relay: 'through TURN'});

/** @param {any} tally */
const pairCells = tally => [number(shareText(success(tally)), 'connected'),
  number(tally.connected + tally.failed, 'attempts')];

/** @param {any} figures */
function show(figures) {
  const {connects} = figures;
  element('tiles').replaceChildren(...tiles(figures).map(([name, value, className]) => {
    const tile = document.createElement('div');
    tile.append(make('dt', name), make('dd', value, className));
    return tile;
  }));
  fill('swarms', figures.swarms.map((/** @type {any} */ swarm) => [
    opener(swarm),
    number(swarm.peers, 'peers'), number(swarm.seeders, 'seeders'), number(swarm.completed, 'done'),
    number(shareText(share(swarm)), 'from peers'), make('td', swarm.why[0]?.text ?? '', 'why'),
  ]));
  fill('browsers', connects.browsers.map((/** @type {any} */ pair) =>
    [make('td', `${pair.a} and ${pair.b}`, 'name'), ...pairCells(pair)]));
  fill('candidates', connects.candidates.map((/** @type {any} */ pair) =>
    [make('td', `${CANDIDATES[pair.a]} and ${CANDIDATES[pair.b]}`, 'name'), ...pairCells(pair)]));
  fill('places', connects.places.map((/** @type {any} */ place) => [
    make('td', placeName(place), 'name'), number(place.clients, 'visitors'),
    number(shareText(share(place)), 'from peers'), number(shareText(success(place)), 'connected'),
  ]));
  fill('unshared', figures.unshared.map((/** @type {any} */ {url, why, count: times}) =>
    [make('td', url, 'name'), make('td', why, 'why'), number(times, times === 1 ? 'time' : 'times')]));
  fill('problems', figures.problems.map((/** @type {any} */ {what, reason, count: times}) =>
    [make('td', what), make('td', reason, 'name'), number(times, 'times')]));
  before = figures;
}

/** @param {string} text @param {boolean} bad */
function say(text, bad) {
  const state = element('state');
  state.textContent = text;
  state.className = bad ? 'bad' : '';
}

/** @param {string} path */
const ask = path => fetch(`/dashboard/${path}`, {headers: {authorization: `Bearer ${token}`}});

/** The one that is looked at, if it is still that one when the answer comes. */
async function updateSwarm() {
  const id = chosen;
  if (!id) return;
  const response = await ask(`swarm/${id}`);
  if (id !== chosen) return;
  if (response.status === 404) {
    choose('');
    return;
  }
  if (!response.ok) return;
  showSwarm(await response.json());
  element('swarm').hidden = false;
}

/** @param {string} id '': none */
function choose(id) {
  const last = chosen;
  chosen = id;
  for (const button of document.querySelectorAll('#swarms button')) {
    button.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (button).dataset.id === id));
  }
  if (!id) {
    const inside = element('swarm').contains(document.activeElement);
    element('swarm').hidden = true;
    if (inside) /** @type {HTMLElement | null} */ (document.querySelector(`#swarms [data-id="${last}"]`))?.focus();
    return;
  }
  updateSwarm().then(() => {
    if (chosen !== id) return;
    element('swarm-name').focus({preventScroll: true});
    element('swarm').scrollIntoView({block: 'start'});
  }).catch(() => say('The tracker does not answer; trying again.', true));
}

/** The token must not be in an address, so the file comes by a request of ours. @param {string} path @param {string} name */
async function save(path, name) {
  try {
    const response = await ask(path);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch {
    say(`Could not save ${name}.`, true);
  }
}

const SAVES = /** @type {Record<string, () => Promise<void>>} */ ({
  'save-csv': () => save('swarms.csv', 'swarms.csv'),
  'save-json': () => save('figures', 'tracker.json'),
  'save-swarm-csv': () => save(`swarm/${chosen}.csv`, `swarm-${chosen.slice(0, 8)}.csv`),
  'save-swarm-json': () => save(`swarm/${chosen}`, `swarm-${chosen.slice(0, 8)}.json`),
});
for (const [id, run] of Object.entries(SAVES)) element(id).addEventListener('click', run);
element('close-swarm').addEventListener('click', () => choose(''));

async function update() {
  try {
    const response = await ask('figures');
    if (response.status === 401) {
      say('Open this page with the operator’s token behind a #, as in /dashboard#TOKEN.', true);
      return;
    }
    show(await response.json());
    await updateSwarm();
    say(`Live, ${new Date().toLocaleTimeString()}`, false);
  } catch {
    say('The tracker does not answer; trying again.', true);
  }
  setTimeout(update, EVERY_MS);
}

update();
