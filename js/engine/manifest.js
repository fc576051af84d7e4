/**
 * A manifest that stands beside its file: one FileInfo frame.
 *
 * @module
 */
import {BodyReader} from '../net/early_fetch.js';
import {HttpFetch} from '../net/http_fetch.js';
import {nativeFetch} from '../net/native_fetch.js';
import {KeptStream} from '../store/kept_stream.js';

/** At 32 bytes a block, hashes enough for 128 GiB in blocks of 1 MiB. */
const MAX_BYTES = 4 << 20;

/**
 * @param {string} url
 * @returns {Promise<Uint8Array | null>} null if there is none that could be used
 */
export function fetchManifest(url) {
  return new Promise(resolve => {
    const stream = new KeptStream();
    const controller = new AbortController();
    // A stale one would name blocks that the file no longer has.
    const response = nativeFetch(url, {cache: 'no-cache', signal: controller.signal});
    const fetch = new HttpFetch({response, controller, body: new BodyReader()}, {
      head: ({ok}) => {
        if (!ok) stop();
      },
      bytes: bytes => {
        stream.push(bytes);
        if (stream.size > MAX_BYTES) stop();
      },
      end: ok => {
        const frame = new Uint8Array(stream.size);
        stream.copy(0, frame);
        resolve(ok ? frame : null);
      },
    });
    const stop = () => {
      fetch.abort();
      resolve(null);
    };
  });
}
