/**
 * A download by HTTP alone, with the engine's contract: what a request goes on
 * with when the engine can't be had or says `restart`.
 *
 * @module
 */
import {EarlyFetch} from '../net/early_fetch.js';
import {headOf} from '../engine/response_head.js';
import {joinBytes} from './text.js';

/** @typedef {import('../engine/types.js').Download} Download */
/** @typedef {import('../engine/types.js').DownloadSink} DownloadSink */
/** @typedef {import('../engine/types.js').DownloadOptions} DownloadOptions */

/** @param {Uint8Array[]} parts @returns {import('../engine/types.js').Body} */
function bodyOf(parts) {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return {
    size,
    async arrayBuffer() {
      // One part may be a view of a larger buffer: the caller's is its own.
      const bytes = parts.length === 1 ? parts[0].slice() : joinBytes(parts);
      return /** @type {ArrayBuffer} */ (bytes.buffer);
    },
    blob: async (type) => new Blob(/** @type {BlobPart[]} */ (parts), {type}),
  };
}

/**
 * @param {DownloadOptions} options
 * @param {DownloadSink} sink
 * @returns {Download}
 */
export function plainDownload(options, sink) {
  const control = new AbortController();
  const stop = () => control.abort();
  /** @type {Uint8Array[]} */
  const parts = [];
  const download = {info: null, body: bodyOf([]), pause: stop, leave: stop,
    downloaders: () => [], setPlayback() {}};

  /** @param {Uint8Array} bytes @param {number} total */
  const take = (bytes, total) => {
    parts.push(bytes);
    loaded += bytes.length;
    if (options.wantChunks) sink.chunk(bytes);
    sink.progress({loadedHTTP: loaded, loadedP2P: 0, loadedFS: 0, total});
  };
  let loaded = 0;

  const run = async () => {
    const begun = options.early?.take() ?? new EarlyFetch(options.url ?? '', options.headers).take();
    if (!begun) return;
    control.signal.onabort = () => begun.controller.abort();
    const response = await begun.response;
    const head = headOf(response);
    sink.head(head);
    for (;;) {
      const piece = await begun.body.next(response);
      if (control.signal.aborted) return;
      if (!piece) break;
      take(piece, head.total);
    }
    download.body = bodyOf(parts);
    sink.complete();
  };
  run().catch((error) => {
    if (control.signal.aborted) return;
    sink.fail({code: 'network', message: describe(options.url ?? '', error)});
  });
  return download;
}

/** @param {string} url @param {unknown} error */
function describe(url, error) {
  const reason = error instanceof Error ? error.message : String(error);
  return `GET ${url} failed (${reason}). The browser does not say why: the server may be ` +
    'unreachable, the response cut short, or, on another origin, refused for lack of an ' +
    'Access-Control-Allow-Origin header; its console and network panel tell.';
}
