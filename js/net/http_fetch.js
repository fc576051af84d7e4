/**
 * One GET, streamed: the whole resource, or a part of it by byte range.
 *
 * @module
 */
import {nativeFetch} from './native_fetch.js';

/**
 * @typedef {object} FetchEvents
 * @property {(response: Response) => void} head
 * @property {(bytes: Uint8Array) => void} bytes
 * @property {(ok: boolean) => void} end whole, or failed
 */

/**
 * The request that XMLHttpRequest would make, so that no preflight is needed
 * where it needs none: `Range: bytes=a-b` is safelisted (Fetch, 2.2.2).
 *
 * @param {string} url
 * @param {[string, string][]} authorHeaders
 * @param {number} first byte
 * @param {number} last byte, Infinity for the whole resource
 * @returns {[string, RequestInit]}
 */
function requestOf(url, authorHeaders, first, last) {
  const headers = new Headers(authorHeaders);
  /** @type {RequestInit} */
  const init = {headers, mode: 'cors', credentials: 'same-origin', redirect: 'follow'};
  if (last !== Infinity) {
    headers.set('Range', `bytes=${first}-${last}`);
    // Chromium's cache locks a URL while one response is written to it, so
    // that ranges would wait for the stream; and pieces are no use to it.
    init.cache = 'no-store';
  }
  return [url, init];
}

export class HttpFetch {
  /**
   * @param {{url: string, headers: [string, string][], first: number, last: number}} what
   * @param {FetchEvents} events none is called after abort()
   */
  constructor({url, headers, first, last}, events) {
    this.controller = new AbortController();
    this.events = events;
    /** @type {(() => void) | null} */
    this.goOn = null;
    this.paused = false;
    this.run(requestOf(url, headers, first, last));
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

  /** @param {[string, RequestInit]} request */
  async run([url, init]) {
    const {signal} = this.controller;
    let ok = false;
    try {
      const response = await nativeFetch(url, {...init, signal});
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
