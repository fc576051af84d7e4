/**
 * The link to what is shared. All of it is behind the `#`, which browsers send
 * to no server: the root hash that its bytes are checked against, the key, and
 * what the receiver is told before anything is downloaded.
 *
 * @module
 */
import {fromBase64url, toBase64url} from '../encryption/base64url.js';
import {KEY_SIZE} from '../encryption/cipher.js';

const ROOT_SIZE = 32;
/** A longer name makes a QR code that cameras don't like. */
const MAX_NAME = 80;

/**
 * @typedef {object} Shared
 * @property {string} swarmId 64 hex digits
 * @property {Uint8Array<ArrayBuffer> | null} key null: not encrypted
 * @property {string} name of the only file, or what they have in common; may be cut
 * @property {string} type MIME type of the only file, else ''
 * @property {number} size bytes of all files together
 * @property {number} count of files
 */

/** @param {string} hex */
const bytesOfHex = hex => Uint8Array.from(hex.match(/../g) ?? [], digits => parseInt(digits, 16));

/** @param {Uint8Array} bytes */
const hexOf = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

/** @param {Shared} shared @returns {string} with its # */
export function fragmentOf({swarmId, key, name, type, size, count}) {
  const fields = new URLSearchParams({r: toBase64url(bytesOfHex(swarmId))});
  if (key) fields.set('k', toBase64url(key));
  fields.set('n', shorten(name));
  if (type) fields.set('t', type);
  if (count !== 1) fields.set('c', String(count));
  fields.set('s', String(size));
  return `#${fields}`;
}

/** In the middle, so that it still ends as it did. @param {string} name */
function shorten(name) {
  const letters = [...name];
  if (letters.length <= MAX_NAME) return name;
  return [...letters.slice(0, MAX_NAME / 2), '…', ...letters.slice(1 - MAX_NAME / 2)].join('');
}

/**
 * @param {string} fragment with its #
 * @returns {Shared | null} null: it is none, or was cut
 */
export function parseFragment(fragment) {
  const fields = new URLSearchParams(fragment.slice(1));
  const root = fromBase64url(fields.get('r') ?? '', ROOT_SIZE);
  const given = fields.get('k');
  const key = given === null ? null : fromBase64url(given, KEY_SIZE);
  const size = Number(fields.get('s') ?? NaN);
  const count = Number(fields.get('c') ?? 1);
  if (!root || given !== null && !key || !isCount(size) || !isCount(count)) return null;
  return {swarmId: hexOf(root), key, name: fields.get('n') ?? '', type: fields.get('t') ?? '', size, count};
}

/** @param {number} value */
const isCount = value => Number.isSafeInteger(value) && value >= 0;
