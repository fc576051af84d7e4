/**
 * How much of the time each address gets. What comes of it is handled at once
 * while it is little. Of what is more, some is handled every few milliseconds,
 * of one address after the other, and a socket of which something waits is not
 * read. So nobody is kept waiting by what somebody else sends, however much it
 * is, and nothing is lost: who sends more is served later, as TCP has it; and
 * many small messages are read as one piece.
 *
 *              more than its address's share
 *   reading ---------------------------------> waiting
 *      ^                                          |
 *      +------------------------------------------+
 *                   all of it handled
 *
 * @module
 */

/** In milliseconds: shares are given out so often. */
const WINDOW_MS = 10;
/** Of a window, for an address with as many sockets as it may have by default: 35 joins. */
const SHARE_MS = 0.25;
const USUAL_SOCKETS = 256;
/** So many shares are left to who was quiet before. */
const SHARES_KEPT = 4;
/** For all who wait, in one turn of the event loop. */
const TURN_MS = 0.25;
/** Of reading a piece, and answering it. */
const PIECE_MS = 0.02;
/** Handled without a look at the clock, in bytes: some 20 joins, or one offer. */
const SLICE = 1024;

/**
 * What an address has for this.
 *
 * @typedef {object} Lane
 * @property {number} window the last one in which something of it was handled
 * @property {number} left milliseconds; less than 0: it has had too much
 * @property {Line | null} line its sockets that wait, if any do
 *
 * @typedef {object} Reader a socket
 * @property {(piece: Buffer) => void} receive
 * @property {() => void} pause
 * @property {() => void} resume
 *
 * @typedef {Map<Reader, Buffer>} Line what is left to handle; the first's turn is next
 */

/** @returns {Lane} */
export const freshLane = () => ({window: -Infinity, left: 0, line: null});

export class FairTurns {
  /** @type {Set<Lane>} that have a line */
  waiting = new Set();
  /** @type {Lane[]} whose turn it is still in this window; the last is next */
  due = [];
  serving = false;

  /**
   * @param {{socketsPerAddress: number}} limits
   * @param {() => number} [now] milliseconds
   */
  constructor({socketsPerAddress}, now = () => performance.now()) {
    this.share = SHARE_MS * Math.max(1, socketsPerAddress / USUAL_SOCKETS);
    this.now = now;
    this.serve = () => this.#serve();
  }

  /** @param {Lane} lane @param {Reader} reader @param {Buffer} piece that has come */
  take(lane, reader, piece) {
    let now = this.now();
    this.#refill(lane, now);
    lane.left -= PIECE_MS;
    let at = 0;
    while (at < piece.length && !lane.line && lane.left > 0) {
      reader.receive(piece.subarray(at, at + SLICE));
      at += SLICE;
      now = this.#charge(lane, now);
    }
    if (at < piece.length) this.#wait(lane, reader, piece.subarray(at));
  }

  /** It is closed: what is left of it counts for nothing. @param {Lane} lane @param {Reader} reader */
  drop(lane, reader) {
    if (lane.line?.delete(reader) && lane.line.size === 0) this.#empty(lane);
  }

  /** @param {Lane} lane @param {number} now */
  #refill(lane, now) {
    const window = Math.floor(now / WINDOW_MS);
    if (window === lane.window) return;
    lane.left = Math.min(lane.left + this.share * (window - lane.window), this.share * SHARES_KEPT);
    lane.window = window;
  }

  /** @param {Lane} lane @param {number} since what has happened since then was its @returns {number} now */
  #charge(lane, since) {
    const now = this.now();
    lane.left -= now - since;
    return now;
  }

  /** @param {Lane} lane @param {Reader} reader @param {Buffer} piece */
  #wait(lane, reader, piece) {
    lane.line ??= new Map();
    // A paused stream may still bring what it had read.
    const before = lane.line.get(reader);
    lane.line.set(reader, before ? Buffer.concat([before, piece]) : piece);
    this.waiting.add(lane);
    reader.pause();
    if (this.serving) return;
    this.serving = true;
    setTimeout(this.serve, WINDOW_MS);
  }

  /** @param {Lane} lane */
  #empty(lane) {
    lane.line = null;
    this.waiting.delete(lane);
  }

  /** Some of those whose turn it is. */
  #serve() {
    if (this.due.length === 0) this.due = [...this.waiting];
    let now = this.now();
    const end = now + TURN_MS;
    for (let lane = this.due.pop(); lane; lane = this.due.pop()) {
      this.#refill(lane, now);
      while (lane.line && lane.left > 0 && now < end) {
        this.#serveSlice(lane, lane.line);
        now = this.#charge(lane, now);
      }
      if (now < end) continue;
      this.due.push(lane);
      setImmediate(this.serve);
      return;
    }
    this.serving = this.waiting.size > 0;
    if (this.serving) setTimeout(this.serve, WINDOW_MS);
  }

  /** @param {Lane} lane @param {Line} line its */
  #serveSlice(lane, line) {
    const [[reader, piece]] = line;
    line.delete(reader);
    if (piece.length > SLICE) line.set(reader, piece.subarray(SLICE));
    if (line.size === 0) this.#empty(lane);
    reader.receive(piece.subarray(0, SLICE));
    if (piece.length <= SLICE) reader.resume();
  }
}
