/**
 * The plain GET of a download, sent before there is an engine to ask for
 * it: so that the first byte comes no later than without us. Whoever
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

/** What one read into a buffer of ours brings at most: more of it gains nothing. */
const BUFFER_BYTES = 256 * 1024;

/** The pieces of a response's body, one after the other, whoever asks for them. */
export class BodyReader {
  constructor() {
    /** @type {ReadableStreamBYOBReader | null} instead of `reader` */
    this.filler = null;
    /** What it fills, again and again; null where the browser can't. @type {ArrayBuffer | null} */
    this.buffer = new ArrayBuffer(BUFFER_BYTES);
    /** @type {Uint8Array[]} read and not yet handed out */
    this.ahead = [];
    /** @type {ReadableStreamDefaultReader<Uint8Array> | null} */
    this.reader = null;
    /** @type {Promise<Uint8Array | null> | null} under way; whoever waits shares it */
    this.reading = null;
  }

  /**
   * Reads one more piece ahead.
   *
   * @param {Response} response
   * @returns {Promise<Uint8Array | null>} the piece, which stays first in line; null at the end
   */
  readAhead(response) {
    this.reading ??= this.read(response).finally(() => { this.reading = null; });
    return this.reading;
  }

  /** @param {Response} response @returns {Promise<Uint8Array | null>} */
  async read(response) {
    this.filler?.releaseLock();
    this.filler = null;
    this.reader ??= response.body?.getReader() ?? null;
    const piece = (await this.reader?.read())?.value ?? null;
    if (piece) this.ahead.push(piece);
    return piece;
  }

  /**
   * @param {Response} response
   * @returns {Promise<Uint8Array | null>} null at the end
   */
  async next(response) {
    if (this.ahead.length === 0) await this.readAhead(response);
    return this.ahead.shift() ?? null;
  }

  /** Comes next, again. @param {Uint8Array} bytes the end of what has come */
  putBack(bytes) {
    this.ahead.unshift(bytes);
  }

  /**
   * The same where pieces are not kept: a large body leaves no garbage behind.
   *
   * @param {Response} response
   * @returns {Promise<Uint8Array | null>} valid until the next call; null at the end
   */
  async nextForNow(response) {
    if (this.ahead.length > 0 || this.reading || !this.fill(response) || !this.filler || !this.buffer) {
      return this.next(response);
    }
    const {value, done} = await this.filler.read(new Uint8Array(this.buffer));
    if (value) this.buffer = value.buffer;
    return done ? null : value;
  }

  /** @param {Response} response @returns {boolean} whether the browser can */
  fill({body}) {
    if (this.filler || !this.buffer || !body) return Boolean(this.filler);
    this.reader?.releaseLock();
    this.reader = null;
    try {
      this.filler = body.getReader({mode: 'byob'});
    } catch {
      this.buffer = null;
    }
    return Boolean(this.filler);
  }
}

export class EarlyFetch {
  /** @param {string} url @param {[string, string][]} headers @param {AbortController} [controller] */
  constructor(url, headers, controller = new AbortController()) {
    this.controller = controller;
    /** @type {Promise<Response> | null} null once it is taken */
    this.response = nativeFetch(url, plainInit(headers, this.controller.signal));
    this.response.catch(() => {});  // whoever takes it hears of it
    this.body = new BodyReader();
  }

  /** Nobody has taken it yet. */
  get isHeld() {
    return this.response !== null;
  }

  /** @returns {Begun | null} */
  take() {
    const {response, controller, body} = this;
    this.response = null;
    return response && {response, controller, body};
  }

  /**
   * Shows what comes while nobody has taken it; whoever takes it gets it all
   * the same, from the first byte.
   *
   * @param {(response: Response) => boolean} head false: no more of this one
   * @param {(bytes: Uint8Array) => void} bytes the body's pieces, in order
   * @returns {Promise<void>} settles when there is no more to show
   */
  async watch(head, bytes) {
    const response = await this.response;
    if (!response || !this.isHeld || !head(response)) return;
    while (this.isHeld) {
      const piece = await this.body.readAhead(response);
      if (!piece) return;
      if (this.isHeld) bytes(piece);
    }
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
