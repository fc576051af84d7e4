/**
 * An engine for the table of cases, in the place of `js/engine/engine.js`: the
 * same contract, without wasm, tracker or peers, so that a disagreement with
 * native XMLHttpRequest is the request's own. It reads the origin and says of
 * each second piece that a peer brought it.
 *
 * The URL's query makes it misbehave: `restart=before`, `restart=head`,
 * `restart=body` (before anything, after the head, after the first bytes);
 * `reverse` reports its head as made from FileInfo. A swarm id that nobody
 * shared is not found; one of `fail-…` digits fails with the code it names.
 */

import {BodyReader} from '/js/net/early_fetch.js';
import {nativeFetch} from '/js/net/native_fetch.js';

/** @typedef {import('../../../js/engine/types.js').DownloadSink} DownloadSink */

const shared = new Map();

/** How often it was asked; the table asserts that P2P was in play. */
export const counts = {downloads: 0, shares: 0, pauses: 0, leaves: 0};
globalThis.standinEngine = counts;

/** Codes by the swarm id's first digit, where all digits are the same. */
const FAILURES = ['not-found', 'firefox-only', 'chrome-only', 'verification', 'file-size',
  'out-of-space', 'write', 'tracker'];

const later = (action) => setTimeout(action, 0);

function infoOf(size, swarmId, name = '', origin = '') {
  const blockSize = 1024;
  return {swarmId, size, blockSize, chunkSize: 256, numOfBlocks: Math.ceil(size / blockSize),
    name, type: '', lastModified: '', etag: '', origin};
}

function bodyOf(blob) {
  return {size: blob.size, arrayBuffer: () => blob.arrayBuffer(), blob: async (type) => new Blob([blob], {type})};
}

class Download {
  info = null;
  body = bodyOf(new Blob([]));
  #control = new AbortController();
  get signal() { return this.#control.signal; }
  pause() { counts.pauses++; this.#control.abort(); }
  leave() { counts.leaves++; this.#control.abort(); }
  setPlayback() {}
  downloaders() { return []; }
}

async function readOrigin(options, sink, download) {
  const restart = new URL(options.url).searchParams.get('restart');
  if (restart === 'before') return sink.restart();
  // As the engine does: it goes on with the GET that was sent before it was there.
  const early = options.early?.take();
  if (early) download.signal.addEventListener('abort', () => early.controller.abort());
  const response = await (early?.response ??
    nativeFetch(options.url, {headers: options.headers, signal: download.signal}));
  const length = response.headers.get('content-length');
  const total = length === null ? -1 : Number(length);
  const swarmId = 'ab'.repeat(32);
  sink.head({status: response.status, statusText: response.statusText, url: response.url,
    headers: [...response.headers], total, fromInfo: false});
  if (restart === 'head') return sink.restart();
  if (total > 0) sink.info(download.info = infoOf(total, swarmId, '', options.url));
  sink.swarmState({numOfPeers: 1, uploaded: 0});
  await readBody(early?.body ?? new BodyReader(), response, options, sink, download, total, restart);
}

/** By FileInfo, where the origin has told none. */
const VOUCHED_SIZE = 1 << 20;

async function readBody(body, response, options, sink, download, total, restart) {
  const loaded = {loadedHTTP: 0, loadedP2P: 0, loadedFS: 0};
  const parts = [];
  for (;;) {
    const value = await body.next(response);
    if (!value) break;
    parts.push(value);
    const half = value.length >> 1;
    loaded.loadedHTTP += half;
    loaded.loadedP2P += value.length - half;
    if (options.wantChunks) sink.chunk(value);
    sink.progress({...loaded, total: total < 0 ? VOUCHED_SIZE : total});
    if (restart === 'body') return sink.restart();
  }
  download.body = bodyOf(new Blob(parts));
  sink.complete();
}

async function readShared(options, sink, download) {
  const digit = FAILURES[Number(options.swarmId[0])];
  if (/^(\d)\1*$/.test(options.swarmId)) return sink.fail({code: digit, message: `The stand-in says ${digit}.`});
  const file = shared.get(options.swarmId);
  if (!file) return sink.fail({code: 'not-found', message: 'Nobody shares this.'});
  sink.info(download.info = infoOf(file.size, options.swarmId, file.name));
  const headers = [['content-length', String(file.size)], ['content-type', file.type]];
  sink.head({status: 200, statusText: 'OK', url: '', headers, total: file.size, fromInfo: true});
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (options.wantChunks) sink.chunk(bytes);
  sink.progress({loadedHTTP: 0, loadedP2P: bytes.length, loadedFS: 0, total: bytes.length});
  download.body = bodyOf(file);
  sink.complete();
}

async function publish(file, name, sink, download) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  const swarmId = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  sink.progress({loadedHTTP: 0, loadedP2P: 0, loadedFS: file.size, total: file.size});
  sink.info(download.info = infoOf(file.size, swarmId, name));
  shared.set(swarmId, file);
  sink.complete();
}

/** Nothing is told after pause() or leave(), as the contract has it. */
function quietAfterEnd(sink, download) {
  return new Proxy(sink, {
    get: (target, name) => (...args) => {
      if (!download.signal.aborted) target[name](...args);
    },
  });
}

function run(sink, job) {
  const download = new Download();
  const guarded = quietAfterEnd(sink, download);
  later(() => job(guarded, download).catch((error) => {
    if (!download.signal.aborted) guarded.fail({code: 'network', message: String(error)});
  }));
  return download;
}

const engine = {
  download(options, sink) {
    counts.downloads++;
    return run(sink, (guarded, download) => (options.swarmId
      ? readShared(options, guarded, download) : readOrigin(options, guarded, download)));
  },
  share(file, {name}, sink) {
    counts.shares++;
    return run(sink, (guarded, download) => publish(file, name, guarded, download));
  },
  setOptions() {},
};

export const getEngine = async () => engine;
