/**
 * Resources read from a directory that an origin serves, on the same machine:
 * no bytes go over the network twice.
 *
 * @module
 */

import {open as openFile, realpath} from 'node:fs/promises';
import {join, sep, basename} from 'node:path';
import mime from 'mime-types';
import {safeDecode} from './http_source.js';
import {NotVouched} from './reasons.js';

/**
 * @typedef {import('./http_source.js').Sighting} Sighting
 * @typedef {{url: URL, origin: import('./origins.js').Origin}} Target
 */

const NOT_FOUND = 'no such file in the directory of this origin';

/**
 * @param {Target} target its origin has a `dir`
 * @returns {Promise<string>} path of an existing file within it
 */
async function locate({url, origin}) {
  const parts = url.pathname.slice(origin.prefix.length).split('/').map(safeDecode);
  if (parts.some((part) => part === '..' || part === '' || /[/\\\0]/.test(part))) {
    throw new NotVouched('not-found', NOT_FOUND);
  }
  try {
    const root = await realpath(/** @type {string} */ (origin.dir));
    const path = await realpath(join(root, ...parts));
    // A link may point out of the directory.
    if (path.startsWith(root.endsWith(sep) ? root : root + sep)) return path;
  } catch {
    // Reported below, whatever it was.
  }
  throw new NotVouched('not-found', NOT_FOUND);
}

/**
 * The validator is what static servers send for a file: its time of change in
 * whole seconds. Their ETags differ too much to guess.
 *
 * @param {string} path
 * @param {import('node:fs').Stats} stats
 * @returns {Sighting}
 */
function sightingOf(path, stats) {
  const seconds = Math.floor(stats.mtimeMs / 1000);
  return {
    size: stats.size,
    etag: '',
    lastModified: new Date(seconds * 1000).toUTCString(),
    type: mime.lookup(path) || '',
    name: basename(path),
  };
}

/**
 * @param {Target} target
 * @param {Sighting} known
 */
export async function isStillCurrent(target, known) {
  const handle = await openFile(await locate(target));
  try {
    const now = sightingOf('', await handle.stat());
    return now.size === known.size && now.lastModified === known.lastModified;
  } finally {
    await handle.close();
  }
}

/**
 * @param {Target} target
 * @param {AbortSignal} signal
 * @returns {Promise<{sighting: Sighting, body: import('node:stream').Readable}>}
 */
export async function open(target, signal) {
  const path = await locate(target);
  const handle = await openFile(path);
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new NotVouched('not-found', NOT_FOUND);
  }
  return {
    sighting: sightingOf(path, stats),
    body: handle.createReadStream({highWaterMark: 1 << 18, signal}),
  };
}
