/**
 * The response object of a finished transfer, in the type the page asked for.
 * https://xhr.spec.whatwg.org/#the-response-attribute
 *
 * @module
 */
import {GrowingText, parseJSON} from './text.js';

/** @typedef {import('../engine/types.js').Body} Body */
/** @typedef {import('./mime.js').FinalType} FinalType */
/** @typedef {XMLHttpRequestResponseType | 'blobUrl'} ResponseType */

/**
 * What has to be fetched from `body` before DONE, so that reading `response`
 * needs no waiting.
 *
 * @param {Body} body
 * @param {ResponseType} responseType
 * @param {FinalType} type
 * @returns {Promise<ArrayBuffer | Blob>}
 */
export function readBody(body, responseType, type) {
  if (responseType === 'blob' || responseType === 'blobUrl') return body.blob(type.essence);
  return body.arrayBuffer();
}

/** What DOMParser takes. */
const PARSED_TYPES = /** @type {const} */ (
  ['text/html', 'text/xml', 'application/xml', 'application/xhtml+xml', 'image/svg+xml']);

/**
 * A document, parsed without running scripts. The parser gives it this page's
 * address, and the present as its date; the standard wants the response's.
 *
 * @param {string} text
 * @param {FinalType} type
 * @param {string} url
 * @param {string | null} modified Last-Modified
 */
function documentOf(text, type, url, modified) {
  const mime = PARSED_TYPES.find((known) => known === type.essence) ?? 'application/xml';
  const doc = new DOMParser().parseFromString(text, mime);
  if (!type.isHTML && doc.getElementsByTagName('parsererror').length) return null;
  const members = {URL: url, documentURI: url, baseURI: url, contentType: type.essence, ...lastModified(modified)};
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(doc, name, {value, configurable: true});
  }
  return doc;
}

/**
 * https://html.spec.whatwg.org/#dom-document-lastmodified: MM/DD/YYYY hh:mm:ss, local.
 *
 * @param {string | null} header
 */
function lastModified(header) {
  const date = new Date(header ?? NaN);
  if (isNaN(+date)) return {};
  const [month, day, ...time] = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'));
  return {lastModified: `${month}/${day}/${date.getFullYear()} ${time.join(':')}`};
}

/**
 * https://xhr.spec.whatwg.org/#document-response
 *
 * @param {ArrayBuffer} bytes
 * @param {ResponseType} responseType
 * @param {FinalType} type
 * @param {string} url
 * @param {string | null} modified Last-Modified
 */
export function documentResponse(bytes, responseType, type, url, modified) {
  if (!type.isXML && !(type.isHTML && responseType === 'document')) return null;
  if (!bytes.byteLength) return null;
  const text = new GrowingText();
  text.push(new Uint8Array(bytes));
  const sniff = type.isHTML ? 'html' : 'xml';
  return documentOf(text.decode(type.charset, {last: true, sniff}), type, url, modified);
}

/**
 * @param {ArrayBuffer | Blob | null} content as `readBody` gave it
 * @param {ResponseType} responseType not '' or 'text'
 * @param {FinalType} type
 * @param {string} url
 * @param {string | null} modified Last-Modified
 */
export function responseObject(content, responseType, type, url, modified) {
  if (content === null) return null;
  if (responseType === 'blobUrl') return URL.createObjectURL(/** @type {Blob} */ (content));
  if (responseType === 'json') return parseJSON(/** @type {ArrayBuffer} */ (content));
  if (responseType === 'document') {
    return documentResponse(/** @type {ArrayBuffer} */ (content), responseType, type, url, modified);
  }
  return content;
}
