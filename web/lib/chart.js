/** A small chart of two speeds over time, drawn into an SVG of 100 × 30. */
import {duration, speed} from './words.js';

const WIDTH = 100;
const HEIGHT = 30;
/** Lines keep so far from the edges that their strokes are whole. */
const MARGIN = 1;
/** Older samples fall out at the left. */
const MAX_SAMPLES = 240;

const NAMES = /** @type {const} */ (['http', 'peers']);

export class Chart {
  /** @type {{http: number, peers: number}[]} */
  #samples = [];
  #parts;
  #interval;

  /**
   * @param {{svg: Element, caption: Element, http: Element, peers: Element}} parts
   * @param {number} interval seconds between samples
   */
  constructor(parts, interval) {
    this.#parts = parts;
    this.#interval = interval;
  }

  clear() {
    this.#samples = [];
    this.#draw();
  }

  /** @param {{http: number, peers: number}} sample bytes a second */
  add(sample) {
    this.#samples.push({...sample});
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
    this.#draw();
  }

  #draw() {
    const highest = Object.fromEntries(NAMES.map(name =>
      [name, Math.max(0, ...this.#samples.map(sample => sample[name]))]));
    const most = Math.max(1, highest.http, highest.peers);
    for (const name of NAMES) this.#parts[name].setAttribute('d', this.#line(name, most));
    const span = this.#samples.length < 2 ? '' : duration((this.#samples.length - 1) * this.#interval);
    this.#parts.caption.textContent = span ?
      `Speed over the last ${span}; the top is ${speed(most)}` : 'Speed over time';
    this.#parts.svg.setAttribute('aria-label', span ?
      `Speed over the last ${span}: server up to ${speed(highest.http)}, ` +
      `peers up to ${speed(highest.peers)}` : 'Speed over time: nothing yet');
  }

  /** @param {'http' | 'peers'} name @param {number} most */
  #line(name, most) {
    if (this.#samples.length < 2) return '';
    const step = WIDTH / (this.#samples.length - 1);
    const y = (/** @type {number} */ value) => HEIGHT - MARGIN - value / most * (HEIGHT - 2 * MARGIN);
    return 'M' + this.#samples.map((sample, i) =>
      `${(i * step).toFixed(2)},${y(sample[name]).toFixed(2)}`).join('L');
  }
}
