/**
 * SHA-256 of each block of a stream, in one pass and constant memory.
 *
 * @module
 */

import {createHash} from 'node:crypto';

export const HASH_SIZE = 32;

export class BlockHasher {
  /** @param {number} blockSize bytes */
  constructor(blockSize) {
    this.blockSize = blockSize;
    this.size = 0;
    /** @type {Buffer[]} */
    this.hashes = [];
    this.hash = createHash('sha256');
    this.inBlock = 0;
  }

  /** @param {Uint8Array} bytes the next ones of the stream */
  update(bytes) {
    this.size += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.blockSize - this.inBlock);
      this.hash.update(part);
      this.inBlock += part.length;
      at += part.length;
      if (this.inBlock === this.blockSize) this.#endBlock();
    }
  }

  /** @returns {Buffer} all hashes, one after the other */
  finish() {
    if (this.inBlock > 0) this.#endBlock();
    return Buffer.concat(this.hashes);
  }

  #endBlock() {
    this.hashes.push(this.hash.digest());
    this.hash = createHash('sha256');
    this.inBlock = 0;
  }
}
