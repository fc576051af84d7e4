/**
 * Which resources the tracker did not vouch for lately, and why.
 *
 * @module
 */

/** Clients name what they like: the ones asked for longest ago are forgotten. */
const MAX_URLS = 100;
/** Longer ones are cut for showing. */
const MAX_LENGTH = 512;

/**
 * @typedef {object} Refusal
 * @property {string} url
 * @property {string} reason
 * @property {string} message
 * @property {number} count since it first failed
 * @property {number} at milliseconds since 1970, the last time
 */

export class Refusals {
  constructor() {
    /** The latest last. @type {Map<string, Refusal>} */
    this.byUrl = new Map();
  }

  /** @param {string} url @param {{reason: string, message: string}} failure @param {number} [at] */
  note(url, {reason, message}, at = Date.now()) {
    const key = url.slice(0, MAX_LENGTH);
    const count = (this.byUrl.get(key)?.count ?? 0) + 1;
    this.byUrl.delete(key);
    this.byUrl.set(key, {url: key, reason, message, count, at});
    const [oldest] = this.byUrl.keys();
    if (this.byUrl.size > MAX_URLS) this.byUrl.delete(oldest);
  }

  /** @param {string} url that is vouched for now */
  forget(url) {
    this.byUrl.delete(url.slice(0, MAX_LENGTH));
  }

  /** @param {string} url @returns {Refusal | null} */
  of(url) {
    return this.byUrl.get(url) ?? null;
  }

  /** @returns {Refusal[]} the latest first */
  list() {
    return [...this.byUrl.values()].reverse();
  }
}
