/**
 * Carries what happens to the core, and has carried out what the core asks
 * for, in order and one input after the other.
 *
 *   network, timers, page --input--> core --actions--> network, timers, page
 *           ^                                                  |
 *           +------- what happens meanwhile waits its turn ----+
 *
 * It also calls the core at its deadline. Hidden pages get their timers late,
 * so every input looks at the clock as well.
 *
 * @module
 */
import {Load} from './load.js';
import {ACTIONS} from './output.js';

/** @typedef {(client: any) => number} Call into the core; returns where its output is */

/** The longest a browser's timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** @type {Uint8Array} */
const NO_BYTES = new Uint8Array(0);

/** Milliseconds, as the core is told them. */
export const now = () => performance.now();

export class RunLoop {
  /**
   * @param {import('./core.js').Core} core
   * @param {{quiet: () => void, broken: (error: unknown) => void}} events quiet:
   *   nothing waits any more, a last chance for inputs; broken: the core has
   *   failed and takes no more
   */
  constructor(core, events) {
    this.core = core;
    this.events = events;
    /** @type {import('./output.js').Actors} set before the first input */
    this.actors = /** @type {any} */ (null);
    /** @type {{call: Call | null, source: Uint8Array, isHttp: boolean}[]} */
    this.waiting = [];
    this.busy = false;
    this.isBroken = false;
    /** @type {Uint8Array} what Store actions are about: the bytes of the input being handled. */
    this.source = NO_BYTES;
    this.sourceIsHttp = false;
    this.deadline = Infinity;
    this.armedFor = Infinity;
    this.load = new Load();
    /** @type {Call} */
    this.advance = client => client.advance(now(), this.load.value);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {Call | null} call null: only see whether the deadline has passed
   * @param {Uint8Array} [source] bytes that Store actions will be about
   * @param {boolean} [isHttp] whether the origin sent them, not a peer
   */
  input(call, source = NO_BYTES, isHttp = false) {
    if (this.isBroken) return;
    this.waiting.push({call, source, isHttp});
    if (this.busy) return;
    this.busy = true;
    for (;;) {
      if (this.waiting.length === 0) this.events.quiet();
      const next = this.waiting.shift();
      if (!next || this.isBroken) break;
      if (now() >= this.deadline) this.run(this.advance);
      this.source = next.source;
      this.sourceIsHttp = next.isHttp;
      if (next.call) this.run(next.call);
      this.source = NO_BYTES;
    }
    this.busy = false;
    this.arm();
  }

  /** @param {Call} call */
  run(call) {
    let output;
    try {
      output = this.core.out(call(this.core.client));
    } catch (error) {
      this.breakDown(error);
      return;
    }
    this.deadline = output.f64();
    while (!output.done) {
      try {
        ACTIONS[output.u8()](this.actors, output);
      } catch (error) {
        // One that could not be carried out must not keep the next from it.
        // Loud all the same, like an error in any handler.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** @param {unknown} error */
  breakDown(error) {
    this.isBroken = true;
    this.waiting = [];
    this.deadline = Infinity;
    this.events.broken(error);
  }

  arm() {
    // A timer that is early is cheap; one too late is not: so only a nearer
    // deadline replaces the one that is armed. One that is overdue comes next.
    if (this.armedFor <= this.deadline) return;
    clearTimeout(this.timer);
    const at = now();
    this.armedFor = Math.max(at, this.deadline);
    const wait = Math.min(this.armedFor - at, MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.load.observe(now() - this.armedFor);
      this.armedFor = Infinity;
      this.input(null);
    }, wait);
  }
}
