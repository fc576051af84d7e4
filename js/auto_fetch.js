/**
 * `fetch` for GETs that P2P may touch, over the same engine as peer5.Request.
 *
 * @module
 */
import {plainDownload} from './request/plain.js';
import {downloadTransfer} from './request/transfers.js';

/** @typedef {import('./engine/types.js').Download} Download */
/** @typedef {import('./engine/types.js').DownloadSink} DownloadSink */
/** @typedef {import('./engine/types.js').ResponseHead} ResponseHead */
/** @typedef {import('./request/exchange.js').Transfer} Transfer */

const {fetch: nativeFetch, Request: NativeRequest, Response: NativeResponse} = globalThis;

/** What a request must not differ from, since the engine's own fetches have it so. */
const DEFAULTS = /** @type {const} */ ({
  method: 'GET', credentials: 'same-origin', mode: 'cors', cache: 'default', redirect: 'follow',
  integrity: '', keepalive: false, referrer: 'about:client', referrerPolicy: '', destination: '',
});

const NULL_BODY_STATUS = new Set([101, 204, 205, 304]);

/** @param {any} input @param {any} init */
function mayBeEligible(input, init) {
  const method = init?.method ?? (input instanceof NativeRequest ? input.method : 'GET');
  return /^get$/i.test(method) && !init?.body;
}

/** @param {Request} request @returns {Transfer | null} */
function transferFor(request) {
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (/** @type {any} */ (request)[name] !== value) return null;
  }
  return downloadTransfer({
    method: 'GET', url: request.url, base: request.url, async: true, credentials: false,
    headers: [...request.headers], shares: false,
  }, null, {body: null, responseType: 'text', withCredentials: false});
}

/**
 * Chromium forgets why a stream that a page made has failed: whoever reads the
 * body is to learn of an abort as from native fetch.
 *
 * @param {Response} response
 * @param {AbortSignal} signal
 */
function readers(response, signal) {
  /** @type {Record<string, () => Promise<unknown>>} */
  const methods = {};
  for (const name of ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text']) {
    const read = /** @type {any} */ (response)[name];
    if (!read) continue;
    methods[name] = () => read.call(response).catch((/** @type {unknown} */ error) => {
      throw signal.aborted ? signal.reason : error;
    });
  }
  return methods;
}

/** The members of a response that its constructor can't set. @param {Response} response @param {Request} request @param {ResponseHead} head @returns {Response} */
function dressed(response, request, head) {
  const url = head.url || request.url.replace(/#.*/s, '');
  const sameOrigin = new URL(url).origin === globalThis.location.origin;
  const clone = response.clone;
  const members = {
    url,
    type: sameOrigin ? 'basic' : 'cors',
    redirected: url !== request.url.replace(/#.*/s, ''),
    clone: () => dressed(clone.call(response), request, head),
  };
  for (const [name, value] of Object.entries({...members, ...readers(response, request.signal)})) {
    Object.defineProperty(response, name, {value, configurable: true});
  }
  return response;
}

/**
 * One fetch that the engine serves: the promise settles with the head, the
 * body streams after it.
 */
class PeerFetch {
  #request;
  #transfer;
  /** @type {Download | null} */
  #download = null;
  #over = false;
  #delivered = 0;
  #generation = 0;
  /** @type {ReadableStreamDefaultController<Uint8Array> | null} */
  #body = null;
  /** @type {PromiseWithResolvers<Response>} */
  #settled = withResolvers();

  /** @param {Request} request @param {Transfer} transfer */
  constructor(request, transfer) {
    this.#request = request;
    this.#transfer = transfer;
  }

  run() {
    const {signal} = this.#request;
    if (signal.aborted) return Promise.reject(signal.reason);
    signal.addEventListener('abort', () => this.#end(signal.reason), {once: true});
    this.#begin(this.#transfer.begin);
    return this.#settled.promise;
  }

  /** @param {Transfer['begin']} begin */
  #begin(begin) {
    const generation = ++this.#generation;
    const sink = this.#sink(generation);
    // The body is read from the start once the transfer runs.
    begin({...sink, chunk() {}}).then((start) => {
      if (!this.#over) this.#download = start(sink);
    }, () => this.#restart());
  }

  /** @param {number} generation @returns {DownloadSink} */
  #sink(generation) {
    /** @type {<A extends any[]>(method: (...args: A) => void) => (...args: A) => void} */
    const current = (method) => (...args) => {
      if (!this.#over && generation === this.#generation) method.apply(this, args);
    };
    return {
      head: current(this.#onHead),
      chunk: current(this.#onChunk),
      complete: current(() => {
        this.#over = true;
        this.#body?.close();
      }),
      fail: current(({message}) => this.#end(new TypeError(`Failed to fetch: ${message}`))),
      restart: current(this.#restart),
      info() {}, progress() {}, swarmState() {},
    };
  }

  /** @param {ResponseHead} head */
  #onHead(head) {
    if (this.#body) return;  // a restart before the first byte
    const stream = new ReadableStream({
      start: (controller) => { this.#body = controller; },
      cancel: () => {
        this.#over = true;
        this.#download?.pause();
        this.#transfer.cancel?.();
      },
    });
    const response = new NativeResponse(NULL_BODY_STATUS.has(head.status) ? null : stream, head);
    this.#settled.resolve(dressed(response, this.#request, head));
  }

  /** @param {Uint8Array} bytes */
  #onChunk(bytes) {
    this.#delivered += bytes.length;
    this.#body?.enqueue(bytes.slice());  // the reader may keep, change or transfer it
  }

  #restart() {
    this.#download?.pause();
    const {plain} = this.#transfer;
    if (!plain || this.#delivered) {
      return this.#end(new TypeError('Failed to fetch: the resource changed during the download.'));
    }
    this.#begin(async () => (sink) => plainDownload(plain, sink));
  }

  /** @param {unknown} reason */
  #end(reason) {
    if (this.#over) return;
    this.#over = true;
    this.#download?.pause();
    this.#transfer.cancel?.();
    this.#settled.reject(reason);
    this.#body?.error(reason);
  }
}

/** @returns {PromiseWithResolvers<any>} not everywhere a method of Promise yet */
function withResolvers() {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, {resolve, reject}));
  return deferred;
}

/**
 * @param {(name: PropertyKey, value: unknown) => void} replaceGlobal
 * @returns {() => void} puts native fetch back, unless somebody else has replaced it
 */
export function installFetch(replaceGlobal) {
  const before = globalThis.fetch;
  /** @this {any} @param {RequestInfo | URL} input */
  function fetch(input) {
    const init = arguments[1];
    if (!arguments.length || !mayBeEligible(input, init)) {
      return /** @type {any} */ (before).apply(this ?? globalThis, arguments);
    }
    let request;
    try {
      request = new NativeRequest(input, init);
    } catch {  // native fetch rejects with what is wrong
      return before(input, init);
    }
    const transfer = transferFor(request);
    return transfer ? new PeerFetch(request, transfer).run() : before(input, init);
  }
  replaceGlobal('fetch', fetch);
  return () => {
    if (globalThis.fetch === fetch) replaceGlobal('fetch', nativeFetch);
  };
}
