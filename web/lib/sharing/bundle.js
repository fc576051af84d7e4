/**
 * Several files as one resource, and one file with its name inside:
 *
 * ```
 *   length (4, big-endian) | JSON of that length | file | file | …
 *   {"files": [{"path": "album/one.jpg", "size": 123, "type": "image/jpeg"}, …]}
 * ```
 *
 * @module
 */

export const BUNDLE_TYPE = 'application/vnd.peer5.bundle';

const LENGTH_SIZE = 4;
/** A list that is longer was not made by this page; it is read into memory. */
const MAX_LIST_SIZE = 16 << 20;

/**
 * @typedef {object} Entry
 * @property {string} path with slashes
 * @property {number} size bytes
 * @property {string} type MIME type, '' if none is known
 */

/** The bundle is not one. */
export class BundleError extends Error {
  constructor() {
    super('What came is not a list of files as this page makes it.');
    this.name = 'BundleError';
  }
}

/**
 * @param {{path: string, file: Blob}[]} files
 * @returns {Blob} the files are in it by reference, not copied
 */
export function pack(files) {
  const list = files.map(({path, file: {size, type}}) => ({path, size, type}));
  const json = new TextEncoder().encode(JSON.stringify({files: list}));
  if (json.length > MAX_LIST_SIZE) throw new RangeError('These are more files than one link can share.');
  const length = new Uint8Array(LENGTH_SIZE);
  new DataView(length.buffer).setUint32(0, json.length);
  return new Blob([length, json, ...files.map(({file}) => file)]);
}

/**
 * @typedef {{size: number, read: (start: number, end: number) => AsyncIterable<Uint8Array>}} Reader
 */

/** @param {Reader} reader @param {number} start @param {number} end */
async function bytesOf(reader, start, end) {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  for await (const piece of reader.read(start, end)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * @param {Reader} reader of a bundle
 * @returns {Promise<(Entry & {start: number})[]>} `start`: where the file begins in the bundle
 * @throws {BundleError}
 */
export async function unpack(reader) {
  if (reader.size < LENGTH_SIZE) throw new BundleError();
  const length = new DataView((await bytesOf(reader, 0, LENGTH_SIZE)).buffer).getUint32(0);
  let start = LENGTH_SIZE + length;
  if (length > MAX_LIST_SIZE || start > reader.size) throw new BundleError();
  const entries = entriesIn(await bytesOf(reader, LENGTH_SIZE, start)).map(entry => {
    const placed = {...entry, start};
    start += entry.size;
    return placed;
  });
  if (start !== reader.size) throw new BundleError();
  return entries;
}

/** @param {Uint8Array} json @returns {Entry[]} */
function entriesIn(json) {
  try {
    const {files} = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(json));
    return files.map((/** @type {any} */ {path, size, type}) => {
      if (typeof type !== 'string' || !Number.isSafeInteger(size) || size < 0) throw new BundleError();
      return {path: safePath(String(path)), size, type};
    });
  } catch {
    throw new BundleError();
  }
}

/** Below the folder that it is saved in, and under a name that all systems take. @param {string} path */
export function safePath(path) {
  const parts = path.split(/[/\\]/)
    .map(part => part.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^\.+$/, '').replace(/[. ]+$/, ''))
    .filter(part => part !== '');
  return parts.join('/') || 'file';
}
