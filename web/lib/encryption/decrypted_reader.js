/**
 * Reads any part of what a Blob of ciphertext says, record by record.
 *
 * @module
 */
import {decryptedSize, DecryptionError, PLAIN_SIZE, RECORD_SIZE, recordCount} from './cipher.js';

/** Records that are decrypted at the same time. */
const AT_ONCE = 16;

export class DecryptedReader {
  /** @param {Blob} blob ciphertext @param {import('./cipher.js').Cipher} cipher */
  constructor(blob, cipher) {
    this.blob = blob;
    this.cipher = cipher;
    /** Bytes of plaintext. */
    this.size = decryptedSize(blob.size);
  }

  /**
   * @param {number} start @param {number} end
   * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>} the bytes from start to end, in order
   * @throws {DecryptionError}
   */
  async *read(start, end) {
    if (this.size < 0 || end > this.size) throw new DecryptionError();
    const beyond = Math.ceil(end / PLAIN_SIZE);
    for (let first = Math.floor(start / PLAIN_SIZE); first < beyond; first += AT_ONCE) {
      const records = await Promise.all(Array.from(
        {length: Math.min(AT_ONCE, beyond - first)}, (_, i) => this.#record(first + i)));
      for (const [i, record] of records.entries()) {
        const at = (first + i) * PLAIN_SIZE;
        yield record.subarray(Math.max(0, start - at), end - at);
      }
    }
  }

  /** @param {number} index */
  async #record(index) {
    const bytes = await this.blob.slice(index * RECORD_SIZE, (index + 1) * RECORD_SIZE).arrayBuffer();
    return this.cipher.decryptRecord(index, index === recordCount(this.size) - 1, bytes);
  }
}

/** The same for a Blob that is not encrypted. */
export class PlainReader {
  /** @param {Blob} blob */
  constructor(blob) {
    this.blob = blob;
    this.size = blob.size;
  }

  /** @param {number} start @param {number} end @returns {AsyncGenerator<Uint8Array<ArrayBuffer>>} */
  async *read(start, end) {
    for (let at = start; at < end; at += AT_ONCE * PLAIN_SIZE) {
      yield new Uint8Array(await this.blob.slice(at, Math.min(end, at + AT_ONCE * PLAIN_SIZE)).arrayBuffer());
    }
  }
}
