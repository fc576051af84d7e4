/**
 * A file on the visitor's disk that is being shared: blocks are read from the
 * file itself whenever a peer asks. All its blocks are here from the start.
 *
 * @module
 */
import {BlockCache} from './block_cache.js';

/** @typedef {import('./memory_store.js').BlockReader} BlockReader */

/** @implements {BlockReader} */
export class FileStore {
  /** @param {Blob} file @param {number} blockSize bytes */
  constructor(file, blockSize) {
    this.file = file;
    this.blockSize = blockSize;
    this.cache = new BlockCache(blockSize, async block => {
      const start = block * blockSize;
      return new Uint8Array(await file.slice(start, start + blockSize).arrayBuffer());
    });
  }

  /** @param {number} block @param {number} offset @param {number} length */
  async read(block, offset, length) {
    return (await this.cache.get(block)).subarray(offset, offset + length);
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
