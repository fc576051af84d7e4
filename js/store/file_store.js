/**
 * A file on the visitor's disk that is being shared: blocks are read from the
 * file itself whenever a peer asks, a few of them kept for the next request.
 *
 * @module
 */
import {bodyOf} from './memory_store.js';

/** Whole blocks are read at once, as their chunks are asked for together. */
const KEPT_BLOCKS = 8;

export class FileStore {
  /** @param {Blob} file @param {number} blockSize bytes */
  constructor(file, blockSize) {
    this.file = file;
    this.blockSize = blockSize;
    /** @type {Map<number, Promise<Uint8Array>>} most recently used last */
    this.kept = new Map();
  }

  /** @param {number} block @param {number} offset @param {number} length */
  async read(block, offset, length) {
    const bytes = await this.block(block);
    return bytes.subarray(offset, offset + length);
  }

  /** @param {number} block */
  block(block) {
    const known = this.kept.get(block);
    this.kept.delete(block);
    const start = block * this.blockSize;
    const bytes = known ?? this.file.slice(start, start + this.blockSize)
      .arrayBuffer().then(buffer => new Uint8Array(buffer));
    this.kept.set(block, bytes);
    if (this.kept.size > KEPT_BLOCKS) {
      this.kept.delete(/** @type {number} */ (this.kept.keys().next().value));
    }
    return bytes;
  }

  body() {
    const {file} = this;
    return {
      ...bodyOf(file.size, []),
      arrayBuffer: () => file.arrayBuffer(),
      blob: async type => file.slice(0, file.size, type),
    };
  }
}
