/**
 * One GET, streamed: the whole resource, or a part of it by byte range.
 *
 * @module
 */
import {EarlyFetch, plainInit} from './early_fetch.js';
import {nativeFetch} from './native_fetch.js';

/**
 * @typedef {object} FetchEvents
 * @property {(response: Response) => void} head
 * @property {(bytes: Uint8Array) => void} bytes
 * @property {(ok: boolean) => void} end whole, or failed
 */

/**
 * A part of the resource, by a request that needs no preflight where a plain
 * one needs none: `Range: bytes=a-b` is safelisted (Fetch, 2.2.2).
 *
 * @param {string} url
 * @param {[string, string][]} authorHeaders
 * @param {number} first byte
 * @param {number} last byte
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
function fetchRange(url, authorHeaders, first, last, signal) {
  const headers = new Headers(authorHeaders);
  headers.set('Range', `bytes=${first}-${last}`);
  // Chromium's cache locks a URL while one response is written to it, so that
  // ranges would wait for the stream; and pieces are no use to it.
  return nativeFetch(url, {...plainInit([...headers], signal), cache: 'no-store'});
}

export class HttpFetch {
  /**
   * @param {{url: string, headers: [string, string][], first: number, last: number,
   *   early?: EarlyFetch}} what last: Infinity for the whole resource, which
   *   may have been asked for early
   * @param {FetchEvents} events none is called after abort()
   */
  constructor({url, headers, first, last, early}, events) {
    const whole = last === Infinity;
    const begun = whole ? (early?.take() ?? new EarlyFetch(url, headers).take()) : null;
    this.controller = begun?.controller ?? new AbortController();
    this.events = events;
    /** @type {(() => void) | null} */
    this.goOn = null;
    this.paused = false;
    this.run(begun?.response ?? fetchRange(url, headers, first, last, this.controller.signal));
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
    let ok = false;
    try {
      const response = await answer;
      if (signal.aborted) return;
      this.events.head(response);
      await this.read(response);
      ok = true;
    } catch { /* the network's or the origin's failure; end(false) says so */ }
    if (!signal.aborted) this.events.end(ok);
  }

  /** @param {Response} response */
  async read(response) {
    if (!response.body) return;
    const reader = response.body.getReader();
    const {signal} = this.controller;
    for (;;) {
      if (this.paused) await new Promise(resolve => this.goOn = () => resolve(undefined));
      if (signal.aborted) return;
      const {done, value} = await reader.read();
      if (done || signal.aborted) return;
      this.events.bytes(value);
    }
  }
}
