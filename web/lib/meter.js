/** How fast bytes come, by source: now, and as a history for the chart. */

/** @typedef {{http: number, peers: number}} Rates bytes a second */

export class Meter {
  /** @type {Rates} */
  now = {http: 0, peers: 0};
  /** @type {{at: number, http: number, peers: number} | null} */
  #last = null;

  /** What has come so far came at no known time; measure from here. */
  rest() {
    this.#last = null;
    this.now = {http: 0, peers: 0};
  }

  /**
   * @param {{loadedHTTP: number, loadedP2P: number}} progress
   * @param {number} at milliseconds
   * @returns {Rates | null} null: there is nothing to compare with yet
   */
  measure({loadedHTTP, loadedP2P}, at) {
    const last = this.#last;
    this.#last = {at, http: loadedHTTP, peers: loadedP2P};
    if (!last || at <= last.at) return null;
    const rate = (/** @type {number} */ bytes) => Math.max(0, bytes) / ((at - last.at) / 1000);
    this.now = {http: rate(loadedHTTP - last.http), peers: rate(loadedP2P - last.peers)};
    return this.now;
  }
}
