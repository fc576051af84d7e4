/** Draws who is connected to whom in one swarm. */

import {bytes, count, percent, shortKey} from './elements.js';

const SVG = 'http://www.w3.org/2000/svg';
const SIZE = 400;
const CENTRE = SIZE / 2;
/** Leaves room for names outside. */
const RING = 150;
/** Names of more would lie over each other. */
const MAX_NAMED = 40;
const NODE = {few: 11, some: 7, many: 3.5};
/** A connection is as wide as its bytes are many, by powers of ten above a thousand. */
const MAX_WIDTH = 5;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {string} [title] shown under a pointer
 */
function shape(tag, attributes, title) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (title) made.append(Object.assign(document.createElementNS(SVG, 'title'), {textContent: title}));
  return made;
}

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/** @param {any} edge */
function width({bytesAB, bytesBA}) {
  return round(Math.min(MAX_WIDTH, 1 + Math.max(0, Math.log10((bytesAB + bytesBA) / 1000))) || 1);
}

/** @param {any} member @returns {number} 0 to 1 */
export function held(member) {
  if (member.seeder) return 1;
  return member.blockCount > 0 ? member.blocks / member.blockCount : 0;
}

/** @param {any} view */
export function describe({members, edges, present, edgesLeftOut}) {
  const of = (/** @type {string} */ state) => edges.filter((/** @type {any} */ edge) => edge.state === state).length;
  const parts = [
    present > members.length ? `${count.format(members.length)} of ${count.format(present)} members` :
      `${count.format(members.length)} ${members.length === 1 ? 'member' : 'members'}`,
    `${count.format(of('open'))} open ${of('open') === 1 ? 'connection' : 'connections'}`,
  ];
  if (of('failed') > 0) parts.push(`${count.format(of('failed'))} failed`);
  if (of('connecting') > 0) parts.push(`${count.format(of('connecting'))} being made`);
  if (of('introduced') > 0) parts.push(`${count.format(of('introduced'))} introduced, no report yet`);
  if (edgesLeftOut > 0) parts.push(`${count.format(edgesLeftOut)} not drawn`);
  return parts.join(', ');
}

/**
 * @param {SVGElement} svg
 * @param {any} view
 */
export function drawMesh(svg, view) {
  const {members, edges} = view;
  // By key, so that they stay in order around the ring when others come and go.
  const order = members.map((/** @type {any} */ _, /** @type {number} */ at) => at)
    .sort((/** @type {number} */ a, /** @type {number} */ b) => members[a].key < members[b].key ? -1 : 1);
  /** @type {{x: number, y: number, angle: number}[]} */
  const places = [];
  order.forEach((/** @type {number} */ at, /** @type {number} */ turn) => {
    const angle = 2 * Math.PI * turn / members.length - Math.PI / 2;
    const ring = members.length === 1 ? 0 : RING;
    places[at] = {x: CENTRE + ring * Math.cos(angle), y: CENTRE + ring * Math.sin(angle), angle};
  });
  const lines = [...edges].reverse().map((/** @type {any} */ edge) => {
    const [from, to] = [places[edge.a], places[edge.b]];
    const [a, b] = [shortKey(members[edge.a]), shortKey(members[edge.b])];
    return shape('line', {
      'class': edge.state, 'data-edge': [members[edge.a].key, members[edge.b].key].sort().join(),
      'x1': round(from.x), 'y1': round(from.y), 'x2': round(to.x), 'y2': round(to.y),
      'stroke-width': edge.state === 'open' ? width(edge) : 1.5,
    }, edge.state === 'open' ?
      `${a} to ${b}: ${bytes(edge.bytesAB)}, back: ${bytes(edge.bytesBA)}, ${edge.rttMs} ms` : `${a} and ${b}: ${edge.state}`);
  });
  const radius = members.length <= 16 ? NODE.few : members.length <= MAX_NAMED ? NODE.some : NODE.many;
  const nodes = members.flatMap((/** @type {any} */ member, /** @type {number} */ at) => node(member, places[at], radius,
    members.length));
  svg.replaceChildren(...lines, ...nodes);
}

/**
 * A disc with an arc around it, as long as the part that it holds.
 *
 * @param {any} member
 * @param {{x: number, y: number, angle: number}} place
 * @param {number} radius
 * @param {number} among how many
 */
function node(member, {x, y, angle}, radius, among) {
  const around = 2 * Math.PI * radius;
  const at = {cx: round(x), cy: round(y), r: radius};
  const title = `${shortKey(member)}: ${member.browser}, ${member.seeder ? 'has all' :
    member.reported ? `has ${percent.format(held(member))}` : 'no report yet'}${member.uploads ? '' : ', uploads off'}`;
  const made = [
    shape('circle', {...at, 'class': `node${member.seeder ? ' seeder' : ''}${member.uploads ? '' : ' off'}`}, title),
    shape('circle', {...at, 'class': 'held', 'stroke-dasharray': `${round(around * held(member))} ${round(around)}`,
      'transform': `rotate(-90 ${round(x)} ${round(y)})`}),
  ];
  if (among > MAX_NAMED) return made;
  const away = among === 1 ? 0 : radius + 9;
  const right = Math.cos(angle);
  const name = shape('text', {
    'x': round(x + away * right), 'y': round(y + (among === 1 ? radius + 16 : away * Math.sin(angle) + 4)),
    'text-anchor': among === 1 || Math.abs(right) < 0.2 ? 'middle' : right > 0 ? 'start' : 'end',
  });
  name.textContent = shortKey(member);
  return [...made, name];
}
