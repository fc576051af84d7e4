/** The part of the page that shows one swarm: its mesh, its members, and why little comes from peers. */

import {bytes, element, fill, make, nameOf, number, percent, share, shareText, shortKey} from './elements.js';
import {describe, drawMesh, held} from './mesh.js';

/** @param {{country: string, asn: number}} place */
export function placeName({country, asn}) {
  return [country, asn > 0 ? `AS${asn}` : ''].filter(Boolean).join(' ') || 'unknown';
}

/** @param {any} view @returns {string[]} by member, whom it is connected to */
function connectedTo({members, edges}) {
  /** @type {string[][]} */
  const found = members.map(() => []);
  for (const {a, b, state} of edges) {
    const mark = state === 'open' ? '' : ` (${state})`;
    found[a].push(shortKey(members[b]) + mark);
    found[b].push(shortKey(members[a]) + mark);
  }
  return found.map(names => names.join(', ') || 'nobody');
}

/** @param {any} member */
function gives(member) {
  return [member.uploads ? 'yes' : 'no, uploads off', member.metered ? 'metered' : ''].filter(Boolean).join(', ');
}

/** @param {any} member */
function has(member) {
  if (member.seeder) return 'all';
  return member.reported ? percent.format(held(member)) : '–';
}

/** @param {any} view */
export function showSwarm(view) {
  const {swarm, members, why} = view;
  element('swarm-name').textContent = nameOf(swarm);
  element('swarm-origin').textContent = swarm.origin && swarm.origin !== nameOf(swarm) ? swarm.origin : '';
  const part = share(swarm);
  element('swarm-share').textContent =
    `${shareText(part)} from peers: ${bytes(swarm.bytesP2P)}, and ${bytes(swarm.bytesHTTP)} by HTTP.`;
  const low = why.length > 0;
  element('why-title').textContent = low ? 'Why is P2P low?' : 'Is P2P low?';
  const reasons = low ? why.map((/** @type {any} */ {text, code}) => {
    const item = make('li', text);
    item.dataset.code = code;
    return item;
  }) : [make('li', part === null ? 'It is too early to say.' : 'No.')];
  element('why').replaceChildren(...reasons);
  element('mesh-text').textContent = `${describe(view)}.`;
  drawMesh(/** @type {any} */ (element('mesh')), view);
  const others = connectedTo(view);
  fill('members', members.map((/** @type {any} */ member, /** @type {number} */ at) => [
    make('td', shortKey(member), 'name key'), make('td', member.browser), make('td', placeName(member)),
    number(has(member), 'held'), make('td', gives(member), 'gives'),
    number(`${bytes(member.downRate)}/s`, 'down'), number(`${bytes(member.upRate)}/s`, 'up'),
    number(bytes(member.bytesP2P), 'from peers'), number(bytes(member.bytesHTTP), 'by HTTP'),
    number(bytes(member.bytesStored), 'stored'), make('td', others[at], 'why'),
  ]));
}
