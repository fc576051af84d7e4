/** What the parts of the page make elements with, and how they write figures. */

export const count = new Intl.NumberFormat('en');
export const percent = new Intl.NumberFormat('en', {style: 'percent', maximumFractionDigits: 0});

/** @param {string} id */
export const element = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {number} value */
export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; ++unit) value /= 1000;
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** @param {{bytesHTTP: number, bytesP2P: number}} counted @returns {number | null} 0 to 1 */
export function share({bytesHTTP, bytesP2P}) {
  const all = bytesHTTP + bytesP2P;
  return all > 0 ? bytesP2P / all : null;
}

/** @param {number | null} part */
export const shareText = part => part === null ? '–' : percent.format(part);

/** @param {{connected: number, failed: number}} tally @returns {number | null} */
export const success = ({connected, failed}) => connected + failed > 0 ? connected / (connected + failed) : null;

/** @param {{name: string, origin: string, id: string}} swarm */
export const nameOf = swarm => swarm.name || swarm.origin || swarm.id.slice(0, 16);

/** Of a member, short: enough of its key to tell a few hundred apart. @param {{key: string}} member */
export const shortKey = member => member.key.slice(0, 4);

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
export function make(tag, text, className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** @param {number | string} value @param {string} unit for a narrow screen, without a head line */
export function number(value, unit) {
  const cell = make('td', typeof value === 'number' ? count.format(value) : value, 'n');
  cell.dataset.unit = unit;
  return cell;
}

/**
 * Whoever is at a button of the table by keyboard stays there.
 *
 * @param {string} id of a table; no-ID is shown while it is empty
 * @param {HTMLElement[][]} rows
 */
export function fill(id, rows) {
  const table = element(id);
  table.hidden = rows.length === 0;
  element(`no-${id}`).hidden = rows.length > 0;
  const focused = table.contains(document.activeElement) ?
    /** @type {HTMLElement} */ (document.activeElement).dataset.id : undefined;
  const body = /** @type {HTMLElement} */ (table.querySelector('tbody'));
  body.replaceChildren(...rows.map(cells => {
    const row = document.createElement('tr');
    row.append(...cells);
    return row;
  }));
  if (focused) {
    const again = /** @type {HTMLElement | null} */ (body.querySelector(`[data-id="${CSS.escape(focused)}"]`));
    again?.focus({preventScroll: true});
  }
}
