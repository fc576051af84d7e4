/**
 * How many sockets one address may have and open, and how often they may have
 * to be closed for what they send. Checked before the WebSocket handshake,
 * where refusing is cheapest.
 *
 * @module
 */

import {freshLane} from './fair_turns.js';

/**
 * @typedef {import('./fair_turns.js').Lane & Use} Usage of one address
 *
 * @typedef {object} Use
 * @property {number} sockets
 * @property {number} tokens connects that are left, at `at`
 * @property {number} at
 * @property {number} offences that count, at `offendedAt`
 * @property {number} offendedAt
 * @property {number} barredUntil
 */

/**
 * For so long an address may open no sockets after too many offences; those that
 * it has stay, for others may be behind it.
 */
const BARRED_MS = 30_000;

/** Addresses remembered, or twice as many as there may be sockets: some 20 MB. */
const MAX_ADDRESSES = 100_000;
/** Of these, after some without sockets are forgotten: looking through all is worth it for many at once. */
const KEPT_PART = 3 / 4;

export class AddressLimits {
  /**
   * @param {{socketsPerAddress: number, connectsPerMinute: number, offencesPerMinute: number, maxSockets?: number}}
   *   limits
   * @param {() => number} [now] milliseconds
   */
  constructor(limits, now = () => performance.now()) {
    this.limits = limits;
    this.now = now;
    this.maxAddresses = Math.max(MAX_ADDRESSES, 2 * (limits.maxSockets ?? 0));
    /** @type {Map<string, Usage>} */
    this.usage = new Map();
  }

  /**
   * Takes the right to one more socket.
   *
   * @param {Usage} use
   * @returns {null | 'barred' | 'sockets' | 'rate'} null: granted; give it back with `release`
   */
  take(use) {
    if (use.barredUntil > this.now()) return 'barred';
    this.#refill(use);
    if (use.sockets >= this.limits.socketsPerAddress) return 'sockets';
    if (use.tokens < 1) return 'rate';
    use.tokens -= 1;
    use.sockets += 1;
    return null;
  }

  /** @param {Usage} use */
  release(use) {
    use.sockets -= 1;
  }

  /** One of its sockets had to be closed for what it sent. @param {Usage} use */
  offend(use) {
    const perMinute = this.limits.offencesPerMinute;
    const now = this.now();
    use.offences = Math.max(0, use.offences - (now - use.offendedAt) / 60_000 * perMinute) + 1;
    use.offendedAt = now;
    if (use.offences <= perMinute) return;
    use.offences = perMinute;
    use.barredUntil = now + BARRED_MS;
  }

  /** @param {string} key of limitKey */
  isBarred(key) {
    return (this.usage.get(key)?.barredUntil ?? 0) > this.now();
  }

  /** @param {string} key of limitKey */
  of(key) {
    let use = this.usage.get(key);
    if (!use) {
      if (this.usage.size >= this.maxAddresses) this.#makeRoom();
      const now = this.now();
      use = {sockets: 0, tokens: this.limits.connectsPerMinute, at: now, offences: 0, offendedAt: now, barredUntil: 0,
        ...freshLane()};
      this.usage.set(key, use);
    }
    return use;
  }

  /** @param {Usage} use */
  #refill(use) {
    const perMinute = this.limits.connectsPerMinute;
    const now = this.now();
    use.tokens = Math.min(perMinute, use.tokens + (now - use.at) / 60_000 * perMinute);
    use.at = now;
  }

  /** Without those that have no sockets; of barred ones those known longest, if it must be. */
  #makeRoom() {
    const now = this.now();
    this.#forget(0, (use) => use.barredUntil < now);
    this.#forget(this.maxAddresses * KEPT_PART, () => true);
  }

  /** Until no more than `enough` are left. @param {number} enough @param {(use: Usage) => boolean} which */
  #forget(enough, which) {
    for (const [key, use] of this.usage) {
      if (this.usage.size <= enough) return;
      if (use.sockets === 0 && which(use)) this.usage.delete(key);
    }
  }
}
