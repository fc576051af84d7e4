/**
 * Says what a URL's resource is now, hashing it at most once a version.
 *
 *   request(url)
 *     failed lately? ------------------------------> that failure again
 *     under way?     ------------------------------> the same answer
 *     hashed before, and the origin says it is still that version --> it
 *     else: wait for a place, hash -------------> it
 *
 * @module
 */

import {HashCache} from './cache.js';
import {hashResource, isStillCurrent} from './hash_resource.js';
import {Origins} from './origins.js';
import {NotVouched} from './reasons.js';

/**
 * @typedef {import('./hash_resource.js').Hashed} Hashed
 * @typedef {Required<Omit<import('../types.js').HashingOptions, 'blockSize' | 'cacheDir'>> &
 *   {blockSize?: number, cacheDir?: string}} Rules
 */

/** Failures remembered at once; the oldest are forgotten first. */
const MAX_FAILURES = 10_000;
/** An origin that is down is given this long before the last known version is no longer vouched for. */
const TRUST_WITHOUT_ORIGIN_MS = 3_600_000;

export class FileInfoService {
  /**
   * @param {object} options
   * @param {(string | import('../types.js').OriginOptions)[]} options.origins
   * @param {Rules} options.rules
   * @param {(size: number) => number} options.defaultBlockSize
   * @param {import('../types.js').Logger} options.logger
   * @param {import('../store/swarm_store.js').SwarmStore | null} [options.store] shared with other instances
   * @param {() => number} [options.now] milliseconds
   */
  constructor({origins, rules, defaultBlockSize, logger, store = null, now = Date.now}) {
    this.origins = new Origins(origins);
    this.rules = rules;
    this.logger = logger;
    this.now = now;
    this.hashRules = {
      blockSizeFor: (/** @type {number} */ size) => rules.blockSize ?? defaultBlockSize(size),
      chunkSize: rules.chunkSize,
      maxSize: rules.maxSize,
      timeoutMs: rules.timeout * 1000,
    };
    this.cache = new HashCache(rules.cacheDir ?? null, rules, store);
    /** When the origin last confirmed it, by URL. @type {Map<string, number>} */
    this.confirmed = new Map();
    /** @type {Map<string, {error: NotVouched, until: number}>} */
    this.failures = new Map();
    /** @type {Map<string, Promise<Hashed>>} */
    this.underWay = new Map();
    /** @type {(() => void)[]} */
    this.queue = [];
    this.hashing = 0;
    this.hashed = 0;
    this.closing = new AbortController();
  }

  /**
   * @param {string} url as a client named it
   * @returns {Promise<Hashed>} rejects with NotVouched, and nothing else
   */
  request(url) {
    const failure = this.failures.get(url);
    if (failure && failure.until > this.now()) return Promise.reject(failure.error);
    const target = this.origins.match(url);
    if (!target) {
      return Promise.reject(new NotVouched('not-configured',
          'this tracker does not vouch for this address; add its origin to the tracker, or use a manifest'));
    }
    const same = this.underWay.get(target.url.href);
    if (same) return same;
    const answer = this.#find(target).catch((error) => {
      throw this.#failed(url, error);
    }).finally(() => this.underWay.delete(target.url.href));
    this.underWay.set(target.url.href, answer);
    return answer;
  }

  /** Stops all hashing. */
  close() {
    this.closing.abort();
  }

  /** Resources waiting for a place. */
  get waiting() {
    return this.queue.length;
  }

  /** @param {{url: URL, origin: import('./origins.js').Origin}} target */
  async #find(target) {
    const url = target.url.href;
    const known = await this.cache.get(url);
    if (known && await this.#mayUse(target, known)) return known;
    await this.#place();
    const started = this.now();
    try {
      const hashed = await hashResource(target, this.origins, this.hashRules, this.closing.signal);
      ++this.hashed;
      this.#confirm(url);
      await this.#keep(hashed);
      this.logger.info({url, size: hashed.sighting.size, ms: this.now() - started}, 'hashed a resource');
      return hashed;
    } finally {
      this.#leavePlace();
    }
  }

  /**
   * @param {{url: URL, origin: import('./origins.js').Origin}} target
   * @param {Hashed} known
   * @returns {Promise<boolean>} whether it is current, as far as anybody can tell
   */
  async #mayUse(target, known) {
    try {
      const current = await isStillCurrent(target, this.origins, known, this.closing.signal);
      if (current) this.#confirm(target.url.href);
      return current;
    } catch (error) {
      const down = error instanceof NotVouched && (error.reason === 'unreachable' || error.reason === 'timeout');
      const age = this.now() - (this.confirmed.get(target.url.href) ?? -Infinity);
      // Peers can finish what an origin in trouble no longer serves.
      if (down && age < TRUST_WITHOUT_ORIGIN_MS) return true;
      throw error;
    }
  }

  /** @param {string} url */
  #confirm(url) {
    this.confirmed.delete(url);
    this.confirmed.set(url, this.now());
    dropOldest(this.confirmed, MAX_FAILURES);
  }

  /** @param {Hashed} hashed */
  async #keep(hashed) {
    try {
      await this.cache.put(hashed);
    } catch (error) {
      this.logger.warn({error: String(error)}, 'could not keep hashes');
    }
  }

  /**
   * @param {string} url
   * @param {unknown} error
   */
  #failed(url, error) {
    const reason = error instanceof NotVouched ? error : new NotVouched('unreachable', String(error));
    this.failures.delete(url);
    if (reason.reason !== 'busy') {
      this.failures.set(url, {error: reason, until: this.now() + this.rules.failedFor * 1000});
      dropOldest(this.failures, MAX_FAILURES);
    }
    this.logger.info({url, reason: reason.reason, text: reason.message}, 'does not vouch for a resource');
    return reason;
  }

  #place() {
    if (this.hashing < this.rules.parallel) {
      ++this.hashing;
      return Promise.resolve();
    }
    if (this.queue.length >= this.rules.maxQueue) {
      throw new NotVouched('busy', 'too many resources wait to be hashed; try again later');
    }
    return new Promise((resolve) => {
      this.queue.push(() => resolve(undefined));
    });
  }

  #leavePlace() {
    const next = this.queue.shift();
    if (next) next();
    else --this.hashing;
  }
}

/** @param {Map<string, unknown>} map @param {number} max */
function dropOldest(map, max) {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
