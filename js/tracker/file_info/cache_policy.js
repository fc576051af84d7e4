/**
 * Whether a response may be handed from one visitor to another.
 *
 * @module
 */

import {NotVouched} from './reasons.js';

/**
 * @param {string | undefined} value a comma-separated header
 * @returns {string[]} names in lower case, arguments cut off
 */
function tokens(value) {
  return (value ?? '').split(',').map((part) => part.split('=')[0].trim().toLowerCase()).filter(Boolean);
}

/** Vary on these does not make a response personal: every browser says nearly the same. */
const HARMLESS_VARY = new Set(['accept', 'accept-encoding', 'origin', 'user-agent', 'range',
  'access-control-request-headers', 'access-control-request-method']);

/**
 * Throws NotVouched for a response that is meant for one visitor only, or
 * whose bytes are not those that a browser's script would see.
 *
 * @param {number} status
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
export function requireShareable(status, headers) {
  if (status === 404 || status === 410) {
    throw new NotVouched('not-found', `the origin answered ${status}`);
  }
  if (status >= 500 || status === 429) {
    throw new NotVouched('unreachable', `the origin answered ${status}`);
  }
  if (status !== 200) {
    throw new NotVouched('not-shareable', `the origin answered ${status}; only a plain 200 can be shared`);
  }
  const cacheControl = tokens(headers['cache-control']);
  const forbids = cacheControl.find((d) => d === 'no-store' || d === 'private');
  if (forbids) {
    throw new NotVouched('not-shareable', `Cache-Control: ${forbids} forbids sharing the response`);
  }
  const vary = tokens(headers.vary).find((name) => !HARMLESS_VARY.has(name));
  if (vary) {
    throw new NotVouched('not-shareable', `Vary: ${vary} makes the response differ between visitors`);
  }
  if (headers['set-cookie']) {
    throw new NotVouched('not-shareable', 'the response sets a cookie, so it is meant for one visitor');
  }
  if (headers['content-encoding'] && headers['content-encoding'] !== 'identity') {
    throw new NotVouched('not-shareable',
        `the origin sends Content-Encoding: ${headers['content-encoding']} though identity was asked for`);
  }
}
