/**
 * The plain GET of a download, sent and read before there is an engine to ask
 * for it: so that the first byte comes no later than without us. Whoever
 * carries the download out takes it over, once, with all that has come.
 *
 * @module
 */
import {nativeFetch} from './native_fetch.js';

/**
 * What has been taken over: the response, and its body's reader with what it
 * has brought already.
 *
 * @typedef {object} Begun
 * @property {Promise<Response>} response
 * @property {AbortController} controller
 * @property {BodyReader} body
 */

/** The pieces of a response's body, one after the other, whoever asks for them. */
export class BodyReader {
  constructor() {
    /** @type {Uint8Array[]} read and not yet handed out */
    this.ahead = [];
    /** @type {ReadableStreamDefaultReader<Uint8Array> | null} */
    this.reader = null;
    /** @type {Promise<ReadableStreamReadResult<Uint8Array>> | null} under way */
    this.reading = null;
  }

  /** @param {Response} response */
  readNext(response) {
    this.reader ??= response.body?.getReader() ?? null;
    if (!this.reader) return Promise.resolve({done: true, value: undefined});
    this.reading ??= this.reader.read().finally(() => { this.reading = null; });
    return this.reading;
  }

  /**
   * @param {Response} response
   * @returns {Promise<Uint8Array | null>} null at the end
   */
  async next(response) {
    const piece = this.ahead.shift();
    if (piece) return piece;
    const {done, value} = await this.readNext(response);
    return done ? null : value ?? null;
  }
}

export class EarlyFetch {
  /** @param {string} url @param {[string, string][]} headers */
  constructor(url, headers) {
    this.controller = new AbortController();
    /** @type {Promise<Response> | null} null once it is taken */
    this.response = nativeFetch(url, plainInit(headers, this.controller.signal));
    this.response.catch(() => {});  // whoever takes it hears of it
    this.body = new BodyReader();
  }

  /**
   * Tells what comes until it is taken: for a page that need not wait for the
   * engine to hear of it.
   *
   * @param {{head: (response: Response) => void, progress: (loaded: number) => void}} events
   */
  async watch({head, progress}) {
    try {
      const response = await this.response;
      if (!response || !this.response || !response.ok) return;
      head(response);
      let loaded = 0;
      while (this.response) {
        const {done, value} = await this.body.readNext(response);
        if (done || !value) return;
        if (!this.response) {
          // Taken while this piece was under way; it still is the next one.
          this.body.ahead.push(value);
          return;
        }
        this.body.ahead.push(value);
        progress(loaded += value.length);
      }
    } catch { /* whoever takes it hears of it */ }
  }

  /** @returns {Begun | null} */
  take() {
    const {response, controller, body} = this;
    this.response = null;
    return response && {response, controller, body};
  }

  /** Nobody is going to take it. */
  cancel() {
    if (this.take()) this.controller.abort();
  }
}

/**
 * The GET that XMLHttpRequest would make.
 *
 * @param {[string, string][]} headers the author's
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
export function plainInit(headers, signal) {
  return {headers, signal, mode: 'cors', credentials: 'same-origin', redirect: 'follow'};
}
