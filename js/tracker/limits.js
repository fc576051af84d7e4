/**
 * How many sockets one address may have and open. Checked before the WebSocket
 * handshake, where refusing is cheapest.
 *
 * @module
 */

/** @typedef {{sockets: number, tokens: number, at: number}} Usage */

/** Addresses remembered; beyond it those without sockets are forgotten. */
const MAX_ADDRESSES = 100_000;

export class AddressLimits {
  /**
   * @param {{socketsPerAddress: number, connectsPerMinute: number}} limits
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
   * @returns {null | 'sockets' | 'rate'} null: granted; give it back with `release`
   */
  take(use) {
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

  /** @param {string} key of limitKey */
  of(key) {
    let use = this.usage.get(key);
    if (!use) {
      if (this.usage.size >= MAX_ADDRESSES) this.#forgetIdle();
      use = {sockets: 0, tokens: this.limits.connectsPerMinute, at: this.now()};
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
      if (use.sockets === 0) this.usage.delete(key);
    }
  }
}
