/**
 * A manifest that stands beside its file: one FileInfo frame.
 *
 * @module
 */
import {nativeFetch} from '../net/native_fetch.js';

/** The FileInfo of kMaxBlocks blocks is 32 MiB; a page has no use for more than this. */
const MAX_BYTES = 4 << 20;

/**
 * @param {string} url
 * @returns {Promise<Uint8Array | null>} null if there is none that could be used
 */
export async function fetchManifest(url) {
  try {
    const response = await nativeFetch(url, {credentials: 'same-origin'});
    if (!response.ok || Number(response.headers.get('content-length')) > MAX_BYTES) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return bytes.length <= MAX_BYTES ? bytes : null;
  } catch {
    return null;
  }
}
