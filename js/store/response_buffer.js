/**
 * The ArrayBuffer that a page will be given, filled while the bytes come: at
 * the end there is nothing left to copy. Once it is the page's, the page may
 * change it or give it away, so nothing goes from here to peers unverified.
 *
 * @module
 */

export class ResponseBuffer {
  /** @param {number} size bytes */
  constructor(size) {
    /** @type {Uint8Array<ArrayBuffer> | null} */
    this.bytes = null;
    this.missing = size;
    try {
      this.bytes = new Uint8Array(size);
    } catch { /* too large for now; the page may hear so at the end */ }
  }

  /**
   * @param {number} offset
   * @param {Uint8Array} bytes that have not been put yet
   * @returns {Uint8Array | null} the same, here; null if there is no room
   */
  put(offset, bytes) {
    const end = offset + bytes.length;
    if (!this.bytes || end > this.bytes.length) {
      this.bytes = null;  // longer than was promised
      return null;
    }
    this.bytes.set(bytes, offset);
    this.missing -= bytes.length;
    return this.bytes.subarray(offset, end);
  }

  /** All is going to be put again. */
  restart() {
    this.missing = this.bytes?.length ?? 0;
  }

  /** @returns {ArrayBuffer | null} once, and only if it is whole */
  take() {
    const whole = this.missing === 0 ? this.bytes : null;
    this.bytes = null;
    return whole && whole.buffer;
  }
}
