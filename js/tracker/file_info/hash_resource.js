/**
 * From a URL of a configured origin to what peers must know of it.
 *
 * @module
 */

import {BlockHasher} from './block_hasher.js';
import * as dirSource from './dir_source.js';
import * as httpSource from './http_source.js';
import {NotVouched} from './reasons.js';

/**
 * @typedef {object} Hashed
 * @property {string} url that clients named
 * @property {import('./http_source.js').Sighting} sighting of the version that was hashed; its size is exact
 * @property {number} blockSize bytes
 * @property {number} chunkSize bytes
 * @property {Buffer} hashes 32 bytes a block
 */

/**
 * @typedef {object} HashRules
 * @property {(size: number) => number} blockSizeFor
 * @property {number} chunkSize
 * @property {number} maxSize
 * @property {number} timeoutMs
 */

/** Where the origin does not say the length beforehand. */
const BLOCK_SIZE_WHEN_UNKNOWN = 1 << 20;

/** Longest time to ask for the present version: joiners wait for the answer. */
const REVALIDATE_MS = 5_000;

/** @param {number} timeoutMs @param {AbortSignal} [closing] */
function deadline(timeoutMs, closing) {
  const timeout = AbortSignal.timeout(timeoutMs);
  return closing ? AbortSignal.any([closing, timeout]) : timeout;
}

/**
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./origins.js').Origins} origins
 * @param {HashRules} rules
 * @param {AbortSignal} [closing] aborts when the tracker closes
 * @returns {Promise<Hashed>} rejects with NotVouched
 */
export async function hashResource(target, origins, rules, closing) {
  const signal = deadline(rules.timeoutMs, closing);
  try {
    const {sighting, body} = target.origin.dir
        ? await dirSource.open(target, signal)
        : await httpSource.open(target, origins, signal);
    const {size, blockSize, hashes} = await hashBody(body, sighting, rules);
    await requireUnchanged(target, sighting);
    return {
      url: target.url.href,
      sighting: {...sighting, size},
      blockSize,
      chunkSize: Math.min(rules.chunkSize, blockSize),
      hashes,
    };
  } catch (error) {
    // An aborted socket says many things.
    if (signal.aborted) throw new NotVouched('timeout', 'the origin took too long');
    throw httpSource.asNotVouched(error);
  }
}

/**
 * @param {import('node:stream').Readable} body
 * @param {import('./http_source.js').Sighting} sighting
 * @param {HashRules} rules
 */
async function hashBody(body, sighting, rules) {
  try {
    requireSize(sighting.size, rules);
    const blockSize = sighting.size >= 0 ? rules.blockSizeFor(sighting.size) : BLOCK_SIZE_WHEN_UNKNOWN;
    const hasher = new BlockHasher(blockSize);
    for await (const bytes of body) {
      hasher.update(bytes);
      requireSize(hasher.size, rules);
    }
    if (sighting.size >= 0 && hasher.size !== sighting.size) {
      throw new NotVouched('unreachable', `the origin promised ${sighting.size} bytes and sent ${hasher.size}`);
    }
    return {size: hasher.size, blockSize, hashes: hasher.finish()};
  } finally {
    body.destroy();
  }
}

/**
 * A file may be written while it is read; an HTTP response is of one version.
 *
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./http_source.js').Sighting} sighting
 */
async function requireUnchanged(target, sighting) {
  if (target.origin.dir && !(await dirSource.isStillCurrent(target, sighting))) {
    throw new NotVouched('changed', 'the file changed while it was hashed; try again');
  }
}

/** @param {number} size @param {HashRules} rules */
function requireSize(size, rules) {
  if (size > rules.maxSize) {
    throw new NotVouched('too-large', `the resource is larger than the tracker's limit of ${rules.maxSize} bytes`);
  }
}

/**
 * Whether the origin still has the version that was hashed.
 *
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./origins.js').Origins} origins
 * @param {Hashed} known
 * @param {AbortSignal} [closing]
 * @returns {Promise<boolean>} rejects with NotVouched
 */
export async function isStillCurrent(target, origins, known, closing) {
  try {
    return target.origin.dir
        ? await dirSource.isStillCurrent(target, known.sighting)
        : await httpSource.isStillCurrent(target, origins, known.sighting, deadline(REVALIDATE_MS, closing));
  } catch (error) {
    throw httpSource.asNotVouched(error);
  }
}
