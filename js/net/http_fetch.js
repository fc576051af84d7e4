/**
 * The whole resource, or a part of it by byte range, as one stream of bytes.
 *
 * A long one is asked for in pieces, each by a range of its own:
 *
 *   plain GET ──what follows is long, and of no use afterwards──┐
 *       │                                                       ▼
 *       │ the origin gives no ranges               range ──► range ──► … ──► end
 *       ▼
 *      end
 *
 * For browsers read ahead of the page: Chromium 55 MiB of each response,
 * however little of it the page reads, and it frees what was cut off when it
 * likes. Of a piece it can't read more than there is.
 *
 * @module
 */
import {BodyReader, EarlyFetch, plainInit} from './early_fetch.js';
import {nativeFetch} from './native_fetch.js';

/** Of a long body. */
const PIECE_BYTES = 8 << 20;
/** When so much of a piece is still to be read, the next one is asked for: a round trip takes less. */
const AHEAD_BYTES = PIECE_BYTES / 2;
/**
 * A plain response of which more is to come is cut: what the browser has read
 * ahead by then, and is fetched again, counts little.
 */
const LONG_REST_BYTES = 64 << 20;
/** It is cut so far on: soon, and yet there is time to answer to the range behind it. */
const CUT_BYTES = 1 << 20;

/**
 * @typedef {object} FetchEvents
 * @property {(response: Response) => number | void} head returns how long the resource is, if it is
 *   to be asked for in pieces where it is long
 * @property {(response: Response, at: number) => boolean} [goesOn] whether it is a piece of the same
 *   from byte `at` on
 * @property {(bytes: Uint8Array) => Promise<void> | null | void} bytes
 *   the next ones are read when what it returns resolves
 * @property {() => boolean} [consumes] whether the bytes it is given are of no use afterwards
 * @property {(ok: boolean) => void} end whole, or failed
 */

/** @typedef {import('./early_fetch.js').Begun} Begun */

/**
 * @typedef {object} Wanted
 * @property {string} url
 * @property {[string, string][]} headers the author's
 * @property {number} first byte
 * @property {number} last byte, Infinity for the whole resource
 * @property {EarlyFetch} [early] the whole resource may have been asked for already
 */

/** @param {Wanted} wanted @returns {number} the byte behind its first piece */
const firstEnd = ({first, last}) =>
  last === Infinity ? Infinity : Math.min(last + 1, first + PIECE_BYTES);

/** @param {Wanted} wanted @returns {Begun} */
export function begin(wanted) {
  const {url, headers, first, early} = wanted;
  const end = firstEnd(wanted);
  if (end !== Infinity) return beginRange(url, headers, first, end - 1);
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

/**
 * Whether it is another origin that keeps this page from reading a resource
 * (CORS), rather than a server that is down: peers must not help with that.
 *
 * @param {string} url that could not be fetched
 * @returns {Promise<boolean>}
 */
export async function isRefused(url) {
  const answer = await nativeFetch(url, {method: 'HEAD', mode: 'no-cors'}).catch(() => null);
  return answer?.type === 'opaque';
}

export class HttpFetch {
  /**
   * @param {Begun} begun
   * @param {FetchEvents} events none is called after abort()
   * @param {Wanted} [wanted] what was begun; without it, all is one response
   */
  constructor(begun, events, wanted) {
    this.begun = begun;
    this.events = events;
    this.wanted = wanted;
    /** The next byte, and those behind this piece and behind the last one. */
    this.at = wanted?.first ?? 0;
    this.pieceEnd = wanted ? firstEnd(wanted) : Infinity;
    this.end = (wanted?.last ?? Infinity) + 1;
    this.isPlain = this.end === Infinity;
    /** The piece behind it. @type {Begun | null} */
    this.next = null;
    this.aborted = false;
    /** @type {(() => void) | null} */
    this.goOn = null;
    this.paused = false;
    this.run();
  }

  abort() {
    this.aborted = true;
    this.begun.controller.abort();
    this.next?.controller.abort();
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

  async run() {
    const response = await this.begun.response.catch(() => null);  // the network's or the origin's failure
    if (this.aborted) return;
    if (response) {
      const total = this.events.head(response) ?? -1;
      if (this.isPlain && response.status === 200 && total >= 0) this.end = total;
    }
    const ok = response !== null && await this.read(response);
    if (!this.aborted) this.events.end(ok);
  }

  /** @param {Response} response @returns {Promise<boolean>} whether it came to its end */
  async read(response) {
    /** @type {Response | null} */
    let piece = response;
    while (piece) {
      if (this.paused) await new Promise(resolve => this.goOn = () => resolve(undefined));
      if (this.aborted) break;
      this.lookAhead();
      if (this.next && this.at === this.pieceEnd) {
        piece = await this.turnTo(this.next, piece);
        continue;
      }
      const {body} = this.begun;
      const next = this.events.consumes?.() ? body.nextForNow(piece) : body.next(piece);
      const read = await next.catch(() => undefined);
      if (!read || this.aborted) return read === null && this.pieceEnd >= this.end;
      const bytes = read.subarray(0, this.pieceEnd - this.at);
      // The piece behind it has that too, or it is read then.
      if (bytes.length < read.length) body.putBack(read.slice(bytes.length));
      this.at += bytes.length;
      const room = this.events.bytes(bytes);
      if (room) await room;
    }
    return false;
  }

  /** Asks for the next piece in time. */
  lookAhead() {
    const {wanted, at, end} = this;
    if (!wanted || this.next) return;
    if (this.isPlain && end - at >= LONG_REST_BYTES && end !== Infinity && this.events.consumes?.()) {
      this.pieceEnd = at + CUT_BYTES;
    }
    if (this.pieceEnd >= end || this.pieceEnd - at > AHEAD_BYTES) return;
    this.next = beginRange(wanted.url, wanted.headers, this.pieceEnd,
      Math.min(this.pieceEnd + PIECE_BYTES, end) - 1);
    this.next.response.catch(() => {});  // its turn will come
  }

  /**
   * @param {Begun} next
   * @param {Response} now
   * @returns {Promise<Response | null>} what is to be read on; null: nothing
   */
  async turnTo(next, now) {
    const response = await next.response.catch(() => null);
    this.next = null;
    if (response && this.events.goesOn?.(response, this.at)) {
      if (this.isPlain) this.begun.controller.abort();
      next.body.buffer = this.begun.body.buffer;
      this.begun = next;
      this.isPlain = false;
      this.pieceEnd = Math.min(this.pieceEnd + PIECE_BYTES, this.end);
      return response;
    }
    next.controller.abort();
    if (!this.isPlain) return null;
    this.wanted = undefined;
    this.pieceEnd = Infinity;
    return now;
  }
}
