/**
 * One GET, streamed: the whole resource, or a part of it by byte range.
 *
 * @module
 */
import {BodyReader, EarlyFetch, plainInit} from './early_fetch.js';
import {nativeFetch} from './native_fetch.js';

/**
 * @typedef {object} FetchEvents
 * @property {(response: Response) => void} head
 * @property {(bytes: Uint8Array) => Promise<void> | null | void} bytes
 *   the next ones are read when what it returns resolves
 * @property {() => boolean} [consumes] whether the bytes it is given are of no use afterwards
 * @property {(ok: boolean) => void} end whole, or failed
 */

/** @typedef {import('./early_fetch.js').Begun} Begun */

/**
 * @param {object} what
 * @param {string} what.url
 * @param {[string, string][]} what.headers the author's
 * @param {number} what.first byte
 * @param {number} what.last byte, Infinity for the whole resource
 * @param {EarlyFetch} [what.early] the whole resource may have been asked for already
 * @returns {Begun}
 */
export function begin({url, headers, first, last, early}) {
  if (last !== Infinity) return beginRange(url, headers, first, last);
  return early?.take() ?? /** @type {Begun} */ (new EarlyFetch(url, headers).take());
}

/**
 * A part of the resource, by a request that needs no preflight where a plain
 * one needs none: `Range: bytes=a-b` is safelisted (Fetch, 2.2.2).
 *
 * It goes past the browser's cache. Chromium locks the cache's entry of a URL
 * while a response is written to it, so that a range would wait for the stream
 * it is to overtake; and pieces here and there are of no use to the cache.
 *
 * @param {string} url @param {[string, string][]} authorHeaders
 * @param {number} first @param {number} last
 * @returns {Begun}
 */
function beginRange(url, authorHeaders, first, last) {
  const controller = new AbortController();
  const headers = new Headers(authorHeaders);
  headers.set('Range', `bytes=${first}-${last}`);
  const init = {...plainInit([...headers], controller.signal), cache: /** @type {const} */ ('no-store')};
  return {response: nativeFetch(url, init), controller, body: new BodyReader()};
}

export class HttpFetch {
  /** @param {Begun} begun @param {FetchEvents} events none is called after abort() */
  constructor({response, controller, body}, events) {
    this.controller = controller;
    this.body = body;
    this.events = events;
    /** @type {(() => void) | null} */
    this.goOn = null;
    this.paused = false;
    this.run(response);
  }

  abort() {
    this.controller.abort();
    this.resume();
  }

  /** Stops reading; what the browser has buffered fills up and holds the origin back. */
  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.goOn?.();
    this.goOn = null;
  }

  /** @param {Promise<Response>} answer */
  async run(answer) {
    const {signal} = this.controller;
    const response = await answer.catch(() => null);  // the network's or the origin's failure
    if (signal.aborted) return;
    if (response) this.events.head(response);
    const ok = response !== null && await this.read(response);
    if (!signal.aborted) this.events.end(ok);
  }

  /** @param {Response} response @returns {Promise<boolean>} whether it came to its end */
  async read(response) {
    const {signal} = this.controller;
    while (!signal.aborted) {
      if (this.paused) await new Promise(resolve => this.goOn = () => resolve(undefined));
      if (signal.aborted) break;
      const next = this.events.consumes?.() ? this.body.nextForNow(response) : this.body.next(response);
      const piece = await next.catch(() => undefined);
      if (!piece || signal.aborted) return piece === null;
      const room = this.events.bytes(piece);
      if (room) await room;
    }
    return false;
  }
}
