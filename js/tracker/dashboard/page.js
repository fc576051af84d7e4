/** Shows the tracker's figures, and how they change, every two seconds. */

const EVERY_MS = 2000;
/** Below this part of the bytes from peers, the page says why. */
const LOW_SHARE = 0.5;

const token = decodeURIComponent(location.hash.slice(1));
/** @type {any} */
let before = null;

/** @param {string} id */
const element = id => /** @type {HTMLElement} */ (document.getElementById(id));
const count = new Intl.NumberFormat('en');
const percent = new Intl.NumberFormat('en', {style: 'percent', maximumFractionDigits: 0});

/** @param {number} value */
function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; ++unit) value /= 1000;
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** @param {{bytesHTTP: number, bytesP2P: number}} counted @returns {number | null} 0 to 1 */
function share({bytesHTTP, bytesP2P}) {
  const all = bytesHTTP + bytesP2P;
  return all > 0 ? bytesP2P / all : null;
}

/** @param {number | null} part */
const shareText = part => part === null ? '–' : percent.format(part);

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
    ['Joins a second', rate('joins').toFixed(1)],
    ['Introductions a second', rate('matches').toFixed(1)],
    ['Downloads completed', count.format(stats.completed)],
    ['Messages refused', count.format(stats.refused)],
  ];
}

/** @param {any} swarm @returns {string} '': it goes well, or it is too early to say */
function why(swarm) {
  const part = share(swarm);
  if (!swarm.known) return 'FileInfo comes from the pages, not from here';
  if (swarm.peers < 2) return 'nobody else is here at the same time';
  if (part === null || part >= LOW_SHARE) return '';
  if (swarm.seeders === 0) return 'nobody has all of it yet';
  if (swarm.peers < 4) return 'few peers at the same time';
  return 'peers connect slowly, or do not upload';
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
function make(tag, text, className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

/**
 * @param {string} id of a table; no-ID is shown while it is empty
 * @param {HTMLElement[][]} rows
 */
function fill(id, rows) {
  element(id).hidden = rows.length === 0;
  element(`no-${id}`).hidden = rows.length > 0;
  const body = /** @type {HTMLElement} */ (element(id).querySelector('tbody'));
  body.replaceChildren(...rows.map(cells => {
    const row = document.createElement('tr');
    row.append(...cells);
    return row;
  }));
}

/** @param {number | string} value @param {string} unit for a narrow screen, without a head line */
function number(value, unit) {
  const cell = make('td', typeof value === 'number' ? count.format(value) : value, 'n');
  cell.dataset.unit = unit;
  return cell;
}

/** @param {any} figures */
function show(figures) {
  element('tiles').replaceChildren(...tiles(figures).map(([name, value, className]) => {
    const tile = document.createElement('div');
    tile.append(make('dt', name), make('dd', value, className));
    return tile;
  }));
  fill('swarms', figures.swarms.map((/** @type {any} */ swarm) => [
    make('td', swarm.name || swarm.origin || swarm.id.slice(0, 16), 'name'),
    number(swarm.peers, 'peers'), number(swarm.seeders, 'seeders'), number(swarm.completed, 'done'),
    number(shareText(share(swarm)), 'from peers'), make('td', why(swarm), 'why'),
  ]));
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

async function update() {
  try {
    const response = await fetch('/dashboard/figures', {headers: {authorization: `Bearer ${token}`}});
    if (response.status === 401) {
      say('Open this page with the operator’s token behind a #, as in /dashboard#TOKEN.', true);
      return;
    }
    show(await response.json());
    say(`Live, ${new Date().toLocaleTimeString()}`, false);
  } catch {
    say('The tracker does not answer; trying again.', true);
  }
  setTimeout(update, EVERY_MS);
}

update();
