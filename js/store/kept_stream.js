/**
 * What a response has brought so far, from byte 0 on, in the pieces in which
 * it came: it may yet be cut into blocks, or be the body as it is.
 *
 * @module
 */

export class KeptStream {
  constructor() {
    /** @type {Uint8Array[]} */
    this.pieces = [];
    this.size = 0;
    // Where the last copy began: the next one is asked for further on.
    this.cursor = {piece: 0, start: 0};
  }

  /** @param {Uint8Array} piece kept, not copied */
  push(piece) {
    this.pieces.push(piece);
    this.size += piece.length;
  }

  /**
   * @param {number} from place in the stream
   * @param {Uint8Array} target filled as far as it reaches
   */
  copy(from, target) {
    if (from < this.cursor.start) this.cursor = {piece: 0, start: 0};
    let {piece, start} = this.cursor;
    while (piece < this.pieces.length && start + this.pieces[piece].length <= from) {
      start += this.pieces[piece++].length;
    }
    this.cursor = {piece, start};
    const end = from + target.length;
    for (; start < end && piece < this.pieces.length; ++piece) {
      const bytes = this.pieces[piece];
      const begin = Math.max(from, start);
      target.set(bytes.subarray(begin - start, end - start), begin - from);
      start += bytes.length;
    }
  }
}
