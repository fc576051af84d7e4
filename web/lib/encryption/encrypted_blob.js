/**
 * A Blob that is the ciphertext of another, made whenever a part of it is
 * read: a file of any size is shared encrypted without a copy of it. The same
 * part is the same bytes each time.
 *
 * @module
 */
import {encryptedSize, PLAIN_SIZE, RECORD_SIZE, recordCount} from './cipher.js';

export class EncryptedBlob extends Blob {
  #plain;
  #cipher;
  #start;
  #end;

  /**
   * @param {Blob} plain
   * @param {import('./cipher.js').Cipher} cipher
   * @param {string} [type]
   * @param {number} [start] of the part, in bytes of ciphertext
   * @param {number} [end]
   */
  constructor(plain, cipher, type = '', start = 0, end = encryptedSize(plain.size)) {
    super([], {type});
    this.#plain = plain;
    this.#cipher = cipher;
    this.#start = start;
    this.#end = end;
  }

  get size() {
    return this.#end - this.#start;
  }

  /** @param {number} [start] @param {number} [end] @param {string} [type] */
  slice(start = 0, end = this.size, type = '') {
    const at = (/** @type {number} */ place) =>
      this.#start + Math.min(this.size, Math.max(0, place < 0 ? this.size + place : place));
    return new EncryptedBlob(this.#plain, this.#cipher, type, at(start), Math.max(at(start), at(end)));
  }

  async arrayBuffer() {
    const bytes = new Uint8Array(this.size);
    const first = Math.floor(this.#start / RECORD_SIZE);
    const beyond = Math.ceil(this.#end / RECORD_SIZE);
    await Promise.all(Array.from({length: beyond - first}, async (_, i) => {
      const record = await this.#record(first + i);
      const recordStart = (first + i) * RECORD_SIZE;
      const from = Math.max(this.#start - recordStart, 0);
      bytes.set(record.subarray(from, this.#end - recordStart), recordStart + from - this.#start);
    }));
    return bytes.buffer;
  }

  /** @param {number} index */
  async #record(index) {
    const plaintext = await this.#plain.slice(index * PLAIN_SIZE, (index + 1) * PLAIN_SIZE).arrayBuffer();
    return this.#cipher.encryptRecord(index, index === recordCount(this.#plain.size) - 1, plaintext);
  }
}
