/**
 * Resources as their origin's HTTP server gives them, without ever leaving the
 * configured origins.
 *
 * @module
 */

import http from 'node:http';
import https from 'node:https';
import {isIP} from 'node:net';
import {requireShareable} from './cache_policy.js';
import {isPrivateAddress, publicLookup} from './private_addresses.js';
import {NotVouched} from './reasons.js';

/** As many as fetch follows would do no harm, but nobody needs more than a few. */
const MAX_REDIRECTS = 5;
/** Longest silence of an origin, before or between bytes. */
const SILENCE_MS = 20_000;

/**
 * @typedef {object} Sighting what an origin says of a resource's present version
 * @property {number} size bytes, -1 if it does not say
 * @property {string} etag as sent, '' if none
 * @property {string} lastModified as sent, '' if none
 * @property {string} type Content-Type, '' if none
 * @property {string} name file name by Content-Disposition or path, '' if none
 * @property {boolean} [ranges] it offers byte ranges; absent where nobody has looked
 */

/**
 * @param {URL} url
 * @param {import('./origins.js').Origin} origin
 * @param {{method: string, headers?: Record<string, string>, signal: AbortSignal}} options
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
function requestOnce(url, origin, {method, headers = {}, signal}) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!origin.allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) {
    return Promise.reject(new NotVouched('unreachable', `${host} is a private address`));
  }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      signal,
      timeout: SILENCE_MS,
      // A socket kept from another request could lead to an address that was
      // never checked.
      agent: false,
      ...(origin.allowPrivate ? {} : {lookup: publicLookup}),
      headers: {'accept-encoding': 'identity', 'user-agent': 'peer5-tracker', ...headers},
    }, resolve);
    request.on('timeout', () => {
      request.destroy(new NotVouched('timeout', `the origin said nothing for ${SILENCE_MS / 1000} s`));
    });
    request.on('error', (error) => reject(asNotVouched(error)));
    request.end();
  });
}

/**
 * @param {any} error of a request or of its body
 * @returns {NotVouched}
 */
export function asNotVouched(error) {
  if (error instanceof NotVouched) return error;
  if (error?.cause instanceof NotVouched) return error.cause;
  if (error?.name === 'AbortError' || error?.name === 'TimeoutError') {
    return new NotVouched('timeout', 'the origin took too long');
  }
  return new NotVouched('unreachable', `the origin could not be read: ${error?.code ?? error?.message}`);
}

/**
 * Follows redirects while they stay on configured origins.
 *
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./origins.js').Origins} origins
 * @param {{method: string, headers?: Record<string, string>, signal: AbortSignal}} options
 */
async function request(target, origins, options) {
  for (let hops = 0; hops <= MAX_REDIRECTS; ++hops) {
    const response = await requestOnce(target.url, target.origin, options);
    const status = response.statusCode ?? 0;
    if (![301, 302, 303, 307, 308].includes(status)) return {response, url: target.url};
    response.destroy();
    const next = origins.match(new URL(response.headers.location ?? '', target.url).href);
    if (!next) {
      throw new NotVouched('not-shareable',
          'the resource redirects to an address outside the configured origins');
    }
    target = next;
  }
  throw new NotVouched('not-shareable', `more than ${MAX_REDIRECTS} redirects`);
}

/**
 * @param {import('node:http').IncomingMessage} response
 * @param {URL} url
 * @returns {Sighting}
 */
function sightingOf({headers}, url) {
  const length = headers['content-length'];
  return {
    size: length === undefined ? -1 : Number(length),
    etag: headers.etag ?? '',
    lastModified: headers['last-modified'] ?? '',
    type: headers['content-type'] ?? '',
    name: fileName(headers['content-disposition'], url),
    ranges: /\bbytes\b/i.test(headers['accept-ranges'] ?? ''),
  };
}

/**
 * @param {string | undefined} disposition
 * @param {URL} url
 */
function fileName(disposition, url) {
  const quoted = /filename="([^"\\]*)"/i.exec(disposition ?? '') ?? /filename=([^;\s]+)/i.exec(disposition ?? '');
  const last = quoted?.[1] ?? safeDecode(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  // A name, never a path (RFC 6266, section 4.3).
  return last.replace(/^.*[/\\]/, '').slice(0, 255);
}

/** @param {string} text percent-encoded, perhaps badly */
export function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Whether the version that was seen earlier is still the origin's, without
 * reading its body. False also when that can't be told.
 *
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./origins.js').Origins} origins
 * @param {Sighting} known
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
export async function isStillCurrent(target, origins, known, signal) {
  if (!known.etag && !known.lastModified) return false;
  /** @type {Record<string, string>} */
  const headers = {};
  if (known.etag) headers['if-none-match'] = known.etag;
  else headers['if-modified-since'] = known.lastModified;
  let {response, url} = await request(target, origins, {method: 'HEAD', headers, signal});
  response.destroy();
  if ([403, 405, 501].includes(response.statusCode ?? 0)) {
    // HEAD is refused by some servers, and by most signed URLs.
    ({response, url} = await request(target, origins, {method: 'GET', headers, signal}));
    response.destroy();
  }
  if (response.statusCode === 304) return true;
  requireShareable(response.statusCode ?? 0, response.headers);
  const now = sightingOf(response, url);
  return now.etag === known.etag && now.lastModified === known.lastModified &&
      (now.size === -1 || known.size === -1 || now.size === known.size);
}

/**
 * Starts reading a resource; throws NotVouched unless it may be shared.
 *
 * @param {{url: URL, origin: import('./origins.js').Origin}} target
 * @param {import('./origins.js').Origins} origins
 * @param {AbortSignal} signal
 * @returns {Promise<{sighting: Sighting, body: import('node:stream').Readable}>}
 */
export async function open(target, origins, signal) {
  const {response, url} = await request(target, origins, {method: 'GET', signal});
  try {
    requireShareable(response.statusCode ?? 0, response.headers);
  } catch (error) {
    response.destroy();
    throw error;
  }
  return {sighting: sightingOf(response, url), body: response};
}
