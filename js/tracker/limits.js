/**
 * How many sockets one address may have and open, and how often they may have
 * to be closed for what they send. Checked before the WebSocket handshake,
 * where refusing is cheapest.
 *
 * @module
 */

/**
 * @typedef {object} Usage of one address
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

/** Addresses remembered; beyond it those without sockets are forgotten. */
const MAX_ADDRESSES = 100_000;

export class AddressLimits {
  /**
   * @param {{socketsPerAddress: number, connectsPerMinute: number, offencesPerMinute: number}} limits
   * @param {() => number} [now] milliseconds
   */
  constructor(limits, now = () => performance.now()) {
    this.limits = limits;
    this.now = now;
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
      if (this.usage.size >= MAX_ADDRESSES) this.#forgetIdle();
      const now = this.now();
      use = {sockets: 0, tokens: this.limits.connectsPerMinute, at: now, offences: 0, offendedAt: now, barredUntil: 0};
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

  #forgetIdle() {
    for (const [key, use] of this.usage) {
      if (use.sockets === 0 && use.barredUntil < this.now()) this.usage.delete(key);
    }
  }
}
