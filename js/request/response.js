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
 * address; the standard wants the response's.
 *
 * @param {string} text
 * @param {FinalType} type
 * @param {string} url
 */
function documentOf(text, type, url) {
  const mime = PARSED_TYPES.find((known) => known === type.essence) ?? 'application/xml';
  const doc = new DOMParser().parseFromString(text, mime);
  if (!type.isHTML && doc.getElementsByTagName('parsererror').length) return null;
  const members = {URL: url, documentURI: url, baseURI: url, contentType: type.essence};
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(doc, name, {value, configurable: true});
  }
  return doc;
}

/**
 * https://xhr.spec.whatwg.org/#document-response
 *
 * @param {ArrayBuffer} bytes
 * @param {ResponseType} responseType
 * @param {FinalType} type
 * @param {string} url
 */
export function documentResponse(bytes, responseType, type, url) {
  if (!type.isXML && !(type.isHTML && responseType === 'document')) return null;
  if (!bytes.byteLength) return null;
  const text = new GrowingText();
  text.push(new Uint8Array(bytes));
  const sniff = type.isHTML ? 'html' : 'xml';
  return documentOf(text.decode(type.charset, {last: true, sniff}), type, url);
}

/**
 * @param {ArrayBuffer | Blob | null} content as `readBody` gave it
 * @param {ResponseType} responseType not '' or 'text'
 * @param {FinalType} type
 * @param {string} url
 */
export function responseObject(content, responseType, type, url) {
  if (content === null) return null;
  if (responseType === 'blobUrl') return URL.createObjectURL(/** @type {Blob} */ (content));
  if (responseType === 'json') return parseJSON(/** @type {ArrayBuffer} */ (content));
  if (responseType === 'document') {
    return documentResponse(/** @type {ArrayBuffer} */ (content), responseType, type, url);
  }
  return content;
}
