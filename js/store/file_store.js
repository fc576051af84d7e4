/**
 * A file on the visitor's disk that is being shared: blocks are read from the
 * file itself whenever a peer asks, a few of them kept for the next request.
 * All its blocks are here from the start.
 *
 * @module
 */

/** Whole blocks are read at once, as their chunks are asked for together. */
const KEPT_BLOCKS = 8;

/** @typedef {import('./memory_store.js').BlockReader} BlockReader */

/** @implements {BlockReader} */
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
    const start = block * this.blockSize;
    const bytes = this.kept.get(block) ?? this.file.slice(start, start + this.blockSize)
      .arrayBuffer().then(buffer => new Uint8Array(buffer));
    this.kept.delete(block);
    this.kept.set(block, bytes);
    if (this.kept.size > KEPT_BLOCKS) {
      this.kept.delete(/** @type {number} */ (this.kept.keys().next().value));
    }
    // What could not be read now may be readable later.
    bytes.catch(() => this.kept.delete(block));
    return bytes;
  }

  /** @returns {import('../engine/types.js').Body} */
  body() {
    const {file} = this;
    return {
      size: file.size,
      arrayBuffer: () => file.arrayBuffer(),
      blob: async type => file.slice(0, file.size, type),
    };
  }
}
