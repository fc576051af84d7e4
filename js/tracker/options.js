/**
 * Defaults, and what is wrong with options.
 *
 * @module
 */

import {isRedisUrl} from './store/redis_url.js';

/** @type {import('./types.js').Logger} */
const SILENT = {info() {}, warn() {}, error() {}, debug() {}};

const LIMITS = {
  maxSockets: 50_000,
  socketsPerAddress: 256,
  connectsPerMinute: 600,
  offencesPerMinute: 30,
  maxBuffered: 1 << 18,
  maxMessage: 1 << 20,
};

const HASHING = {
  chunkSize: 16 * 1024,
  maxSize: 64 * 2 ** 30,
  timeout: 900,
  parallel: 2,
  maxQueue: 1000,
  revalidate: 60,
  failedFor: 30,
};

/** Given as undefined means not given. @param {object} [given] */
function given(given) {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 */
function requireNumber(name, value, least) {
  if (typeof value !== 'number' || !(value >= least)) {
    throw new TypeError(`${name} must be a number of at least ${least}, not ${value}`);
  }
}

/**
 * @param {import('./types.js').TrackerOptions} options
 */
export function withDefaults(options) {
  const limits = {...LIMITS, ...given(options.limits)};
  const hashing = /** @type {import('./file_info/service.js').Rules} */ ({...HASHING, ...given(options.hashing)});
  for (const [name, value] of Object.entries(limits)) requireNumber(`limits.${name}`, value, 1);
  for (const [name, value] of Object.entries(hashing)) {
    if (name !== 'cacheDir' && value !== undefined) requireNumber(`hashing.${name}`, value, 0);
  }
  if (hashing.blockSize !== undefined && hashing.blockSize < hashing.chunkSize && hashing.blockSize < 1) {
    throw new TypeError('hashing.blockSize must be at least one byte');
  }
  if (options.store !== undefined && !isRedisUrl(options.store)) {
    throw new TypeError(`store must be like redis://host:port or redis-cluster://host:port,host:port (rediss with TLS), not ${options.store}`);
  }
  if (options.dashboardToken !== undefined && options.dashboardToken.length < 16) {
    throw new TypeError('dashboardToken must have 16 characters or more');
  }
  if (options.turn && (!options.turn.secret || !options.turn.urls?.length)) {
    throw new TypeError('turn needs urls and the secret that the TURN server shares with this tracker');
  }
  return {
    ...options,
    origins: options.origins ?? [],
    iceServers: options.iceServers ?? [],
    logger: options.logger ?? SILENT,
    limits,
    hashing,
  };
}

/**
 * What of the options the core decides by.
 *
 * @param {ReturnType<typeof withDefaults>} options
 * @returns {Record<string, number>}
 */
export function coreOptions(options) {
  return /** @type {Record<string, number>} */ (given({
    matchSize: options.matchSize,
    reportInterval: options.reportInterval,
    resourceFresh: options.hashing.revalidate,
    checkTokens: options.tokenSecret ? 1 : 0,
    shared: options.store ? 1 : 0,
    ...given(options.core),
  }));
}
