/** Who downloads from a page, with a number each and how fast it is. */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} uploaded bytes
 * @property {number} rate bytes a second
 * @property {boolean} connected
 */

export class DownloaderList {
  /** @type {Map<number, {name: string, uploaded: number}>} in the order in which they came */
  #known = new Map();
  #at = 0;

  clear() {
    this.#known.clear();
  }

  /**
   * @param {{id: number, uploaded: number, connected: boolean}[]} downloaders
   * @param {number} at milliseconds
   * @returns {Row[]}
   */
  measure(downloaders, at) {
    const seconds = (at - this.#at) / 1000;
    this.#at = at;
    return downloaders.map(({id, uploaded, connected}) => {
      const before = this.#known.get(id);
      const name = before?.name ?? `Peer ${this.#known.size + 1}`;
      this.#known.set(id, {name, uploaded});
      const rate = before && seconds > 0 ? (uploaded - before.uploaded) / seconds : 0;
      return {name, uploaded, connected, rate};
    });
  }
}
