/**
 * Which requests P2P may touch. Everything else goes to the native
 * XMLHttpRequest unchanged.
 *
 * @module
 */
import {inScope} from '../options.js';

/**
 * What open() was told, as far as P2P cares.
 *
 * @typedef {object} Opened
 * @property {string} method as given
 * @property {string} url as given
 * @property {string} base what it is relative to
 * @property {boolean} async
 * @property {boolean} credentials user or password were given
 * @property {[string, string][]} headers of the author
 * @property {boolean} shares POST without a URL
 */

/** Types that can be made from verified bytes as the browser itself makes them. */
const RESPONSE_TYPES = new Set(['', 'text', 'arraybuffer', 'blob', 'json', 'blobUrl']);

/**
 * Conditional and range requests ask for something else than the resource;
 * Cache-Control asks for a fresh answer; and a header that carries a secret
 * gets an answer that is nobody else's.
 */
const NATIVE_HEADER =
  /^(if-.*|range|cache-control|pragma|cookie|.*(auth|token|key|secret|session|csrf|xsrf|signature).*)$/i;

/** @param {[string, string][]} headers */
export function headersAllowP2P(headers) {
  return !headers.some(([name]) => NATIVE_HEADER.test(name));
}

/**
 * The absolute URL without its fragment, or null if it is not one that P2P may touch.
 *
 * @param {string} url
 * @param {string} [base]
 */
export function eligibleUrl(url, base) {
  let parsed;
  try {
    parsed = new URL(url, base);
  } catch {  // native says what is wrong with it
    return null;
  }
  if (!/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) return null;
  parsed.hash = '';
  const absolute = parsed.href;
  return inScope(absolute) ? absolute : null;
}

/**
 * @param {Opened} opened
 * @param {{body: unknown, responseType: string, withCredentials: boolean}} sent
 * @returns {string | null} the URL to download, null: leave it to native
 */
export function urlForP2P(opened, {body, responseType, withCredentials}) {
  if (!/^get$/i.test(opened.method) || !opened.async || opened.credentials || withCredentials) return null;
  // GET drops a body, but converting it to a string can run code, or throw.
  if (body !== null && !['undefined', 'string', 'number', 'boolean'].includes(typeof body)) return null;
  if (!RESPONSE_TYPES.has(responseType) || !headersAllowP2P(opened.headers)) return null;
  // In an old encoding queries are encoded as the document is: fetch would do that in UTF-8.
  if (/[^\0-\x7f]/.test(opened.url) && !isUtf8(globalThis.document)) return null;
  return eligibleUrl(opened.url, opened.base);
}

/** @param {Document | undefined} document a worker has none */
const isUtf8 = (document) => !document || document.characterSet === 'UTF-8';
