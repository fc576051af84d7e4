import {nativeFetch} from '../net/native_fetch.js';

/**
 * The core's bytes, from the file beside the script.
 *
 * @param {string} [wasmUrl] where it is instead
 * @returns {Promise<Uint8Array>}
 */
export async function coreBytes(wasmUrl) {
  const url = wasmUrl ?? new URL('peer5.wasm', import.meta.url).href;
  const response = await nativeFetch(url);
  if (!response.ok) {
    throw new Error(`peer5.wasm was not found at ${url} (HTTP status ` +
      `${response.status}): put it beside the script, or set wasmUrl`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
