/**
 * The first bytes of a response, shown to the page before there is an engine.
 *
 * Loading the engine competes with them for the processor: so it waits for the
 * first piece, unless the origin takes its time.
 *
 * @module
 */
import {headOf} from '../engine/response_head.js';

/** What loading the engine costs on a slow phone is little beside a slow origin. */
const PATIENCE_MS = 50;

/**
 * @param {{wantChunks: boolean}} options
 * @param {import('../net/early_fetch.js').EarlyFetch} early
 * @param {import('../engine/types.js').DownloadSink} sink told of the head and the first
 *   pieces of a response that stands; nothing of one that peers may make up for
 * @returns {Promise<{length: number}>} as soon as an engine may be loaded; the body's
 *   length in bytes, Infinity if it is not known
 */
export function preview({wantChunks}, early, sink) {
  let length = Infinity;
  let loadedHTTP = 0;
  let total = -1;
  return new Promise((resolve) => {
    const done = () => resolve({length});
    setTimeout(done, PATIENCE_MS);
    early.watch((response) => {
      if (!response.ok) return false;
      const head = headOf(response);
      total = head.total;
      if (total >= 0) length = total;
      sink.head(head);
      return true;
    }, (bytes) => {
      loadedHTTP += bytes.length;
      if (wantChunks) sink.chunk(bytes);
      sink.progress({loadedHTTP, loadedP2P: 0, loadedFS: 0, total});
      setTimeout(done);  // the page's events of it come first
    }).catch(() => {}).finally(done);  // whoever takes it over hears of a failure
  });
}
