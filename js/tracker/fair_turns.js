/**
 * Who may be handled in a turn of the event loop. What comes of an address is
 * handled at once while that takes no longer than a moment. What is more has to
 * wait: slices of it are handled for another moment of each turn, of one address
 * after the other, and a socket of which something waits is not read. So
 * everybody waits for a moment, however much somebody sends, and nothing is
 * lost: who sends more is served later, as TCP has it.
 *
 *              more than a moment's
 *   reading -----------------------> waiting
 *      ^                                |
 *      +--------------------------------+
 *               all of it handled
 *
 * @module
 */

/** In milliseconds: some 30 joins. */
const MOMENT_MS = 0.25;
/** Handled without a look at the clock, in bytes: some 20 joins, or one offer. */
const SLICE = 1024;

/**
 * What an address has for this.
 *
 * @typedef {object} Lane
 * @property {number} turn the last one in which something of it was handled
 * @property {number} left milliseconds of that turn
 * @property {Line | null} line its sockets that wait, if any do
 *
 * @typedef {object} Reader a socket
 * @property {(piece: Buffer) => void} receive
 * @property {() => void} pause
 * @property {() => void} resume
 *
 * @typedef {Map<Reader, Buffer>} Line what is left to handle; the first's turn is next
 */

export class FairTurns {
  turn = 1;
  counting = false;
  /** @type {Set<Lane>} that have a line; the first's turn is next */
  waiting = new Set();

  /** @param {() => number} [now] milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
    this.next = () => this.#next();
  }

  /** @param {Lane} lane @param {Reader} reader @param {Buffer} piece that has come */
  take(lane, reader, piece) {
    this.#count();
    if (lane.turn !== this.turn) {
      lane.turn = this.turn;
      lane.left = MOMENT_MS;
    }
    let at = 0;
    let now = this.now();
    while (at < piece.length && !lane.line && lane.left > 0) {
      reader.receive(piece.subarray(at, at + SLICE));
      at += SLICE;
      const before = now;
      now = this.now();
      lane.left -= now - before;
    }
    if (at < piece.length) this.#wait(lane, reader, piece.subarray(at));
  }

  /** It is closed: what is left of it counts for nothing. @param {Lane} lane @param {Reader} reader */
  drop(lane, reader) {
    if (lane.line?.delete(reader) && lane.line.size === 0) this.#empty(lane);
  }

  #count() {
    if (this.counting) return;
    this.counting = true;
    setImmediate(this.next);
  }

  #next() {
    this.turn += 1;
    this.counting = false;
    if (this.waiting.size === 0) return;
    this.#count();
    const end = this.now() + MOMENT_MS;
    do {
      const [lane] = this.waiting;
      this.waiting.delete(lane);
      this.waiting.add(lane);
      this.#serve(lane, /** @type {Line} */ (lane.line));
    } while (this.waiting.size > 0 && this.now() < end);
  }

  /** @param {Lane} lane @param {Reader} reader @param {Buffer} piece */
  #wait(lane, reader, piece) {
    lane.line ??= new Map();
    // A paused stream may still bring what it had read.
    const before = lane.line.get(reader);
    lane.line.set(reader, before ? Buffer.concat([before, piece]) : piece);
    this.waiting.add(lane);
    reader.pause();
  }

  /** A slice. @param {Lane} lane @param {Line} line its */
  #serve(lane, line) {
    const [[reader, piece]] = line;
    line.delete(reader);
    if (piece.length > SLICE) line.set(reader, piece.subarray(SLICE));
    if (line.size === 0) this.#empty(lane);
    // What comes of it in this turn goes to its line.
    lane.turn = this.turn;
    lane.left = 0;
    reader.receive(piece.subarray(0, SLICE));
    if (piece.length <= SLICE) reader.resume();
  }

  /** @param {Lane} lane */
  #empty(lane) {
    lane.line = null;
    this.waiting.delete(lane);
  }
}
