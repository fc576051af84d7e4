/**
 * The ArrayBuffer that a page will be given, filled while the bytes come: at
 * the end there is nothing left to copy. It is the page's own, so nothing is
 * ever read back from it.
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

  /** @param {number} offset @param {Uint8Array} bytes that have not been put yet */
  put(offset, bytes) {
    if (!this.bytes || offset + bytes.length > this.bytes.length) {
      this.bytes = null;  // longer than was promised
      return;
    }
    this.bytes.set(bytes, offset);
    this.missing -= bytes.length;
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
