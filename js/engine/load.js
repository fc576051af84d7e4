/**
 * How busy the page and its machine are, as the tracker weighs it: by how late
 * the engine's own timers go off. There are none while nothing is going on, so
 * measuring wakes nobody.
 *
 * @module
 */

/** One long pause does not make a busy machine. */
const MAX_LATE_MS = 250;
/** Of a timer's lateness so much counts at once. */
const SMOOTHING = 1 / 8;
/**
 * A page that is so late for each core is saturated: where there are many, the
 * browser's network and the system still have some to themselves. Of more than
 * eight, one page has nothing.
 */
const SATURATED_MS_PER_CORE = 25;
const MAX_CORES = 8;
/** Where the browser does not tell. */
const USUAL_CORES = 4;

export class Load {
  constructor() {
    this.lateMs = 0;
  }

  /** @param {number} lateMs how late a timer went off */
  observe(lateMs) {
    // Timers of hidden pages are late by the browser's will.
    if (globalThis.document?.hidden) return;
    this.lateMs += (Math.min(Math.max(0, lateMs), MAX_LATE_MS) - this.lateMs) * SMOOTHING;
  }

  /** 0 idle, 255 saturated. */
  get value() {
    const cores = Math.min(globalThis.navigator?.hardwareConcurrency || USUAL_CORES, MAX_CORES);
    return Math.min(255, Math.round(255 * this.lateMs / (SATURATED_MS_PER_CORE * cores)));
  }
}
