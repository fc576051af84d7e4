/** Who downloads from a page, with a number each and how fast it is. */

/** @typedef {{id: number, uploaded: number, progress: number, connected: boolean}} Downloader */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} uploaded bytes
 * @property {number} progress 0 to 1
 * @property {number} rate bytes a second
 * @property {boolean} connected
 */

export class DownloaderList {
  /** @type {Map<number, {name: string, uploaded: number, progress: number}>} in the order in which they came */
  #known = new Map();
  #at = 0;

  clear() {
    this.#known.clear();
  }

  /**
   * @param {Downloader[]} downloaders
   * @param {number} at milliseconds
   * @returns {Row[]}
   */
  measure(downloaders, at) {
    const seconds = (at - this.#at) / 1000;
    this.#at = at;
    return downloaders.map(({id, uploaded, connected, progress: said}) => {
      const before = this.#known.get(id);
      const name = before?.name ?? `Peer ${this.#known.size + 1}`;
      // Who has left says no more.
      const progress = connected ? said : before?.progress ?? 0;
      this.#known.set(id, {name, uploaded, progress});
      const rate = before && seconds > 0 ? (uploaded - before.uploaded) / seconds : 0;
      return {name, uploaded, progress, connected, rate};
    });
  }
}
