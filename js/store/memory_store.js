/**
 * Blocks of one resource in memory.
 *
 * A block's bytes are gathered in a part, become a block when the core commits
 * them, and are never handed out for writing: what the page gets is a copy, so
 * nothing it does to a response can change what is passed on to peers. That
 * costs a second copy while an ArrayBuffer response is alive; a Blob's bytes
 * are the browser's, who may put them on disk.
 *
 * @module
 */

/**
 * What serves the blocks of one resource.
 *
 * @typedef {object} BlockReader
 * @property {(block: number, offset: number, length: number) => Uint8Array | Promise<Uint8Array> | null} read
 *   bytes of a committed block; null if there is none
 * @property {(ready: import('./response_buffer.js').ResponseBuffer | null) => import('../engine/types.js').Body} body
 *   of all blocks; `ready` may have them in one piece
 */

/**
 * What gathers and keeps them.
 *
 * @typedef {object} BlockWriter
 * @property {(block: number) => Uint8Array} part the buffer of an unfinished block
 * @property {(block: number) => void} commit the part is right and becomes a block
 * @property {(block: number, keep: boolean) => void} discard forget the part, or keep it aside
 * @property {(block: number) => number[]} differences chunks in which what was kept aside differs from the block; forgets it
 * @property {(block: number) => void} dropSuspect
 * @property {(block: number, from: BlockReader) => boolean} adopt takes over a block that another
 *   store of the same resource has; false if that is not so, or it has it itself
 * @property {(block: number, needed: boolean) => Uint8Array | Promise<Uint8Array>} take a block that
 *   has just been committed, hashed if it came from disk, or nothing if it was and isn't `needed`
 * @property {(verify: () => Promise<void>) => Promise<void>} inTurn verifies, and commits, a block once it may
 * @property {() => Promise<void> | null} room resolves when there is room for more bytes; null: there is
 * @property {number} bytesInMemory of its blocks
 *
 * @typedef {BlockReader & BlockWriter} BlockStore
 */

/** @implements {BlockStore} */
export class MemoryStore {
  /** @param {{size: number, blockSize: number, chunkSize: number, numOfBlocks: number}} info */
  constructor({size, blockSize, chunkSize, numOfBlocks}) {
    this.size = size;
    this.blockSize = blockSize;
    this.chunkSize = chunkSize;
    this.numOfBlocks = numOfBlocks;
    /** @type {Map<number, Uint8Array>} */
    this.parts = new Map();
    /** @type {Map<number, Uint8Array>} */
    this.suspects = new Map();
    /** @type {Map<number, Uint8Array>} */
    this.blocks = new Map();
  }

  /** @param {number} block */
  part(block) {
    let part = this.parts.get(block);
    if (!part) {
      part = new Uint8Array(Math.min(this.blockSize, this.size - block * this.blockSize));
      this.parts.set(block, part);
    }
    return part;
  }

  /** @param {number} block */
  commit(block) {
    const part = this.parts.get(block);
    if (part) this.blocks.set(block, part);
    this.parts.delete(block);
  }

  /** @param {number} block @param {boolean} keep */
  discard(block, keep) {
    const part = this.parts.get(block);
    if (keep && part) this.suspects.set(block, part);
    this.parts.delete(block);
  }

  /** @param {number} block */
  differences(block) {
    const right = this.blocks.get(block);
    const wrong = this.suspects.get(block);
    this.suspects.delete(block);
    if (!right || !wrong) return [];
    const chunks = new Set();
    for (let i = 0; i < right.length; ++i) {
      if (right[i] !== wrong[i]) chunks.add(Math.floor(i / this.chunkSize));
    }
    return [...chunks];
  }

  /** @param {number} block */
  dropSuspect(block) {
    this.suspects.delete(block);
  }

  /** @param {number} block @param {boolean} needed @returns {Uint8Array | Promise<Uint8Array>} */
  take(block, needed) {
    return /** @type {Uint8Array} */ (this.blocks.get(block));
  }

  /** @param {() => Promise<void>} verify @returns {Promise<void>} */
  inTurn(verify) {
    return verify();
  }

  /** More may come. @returns {Promise<void> | null} null: at once */
  room() {
    return null;
  }

  get bytesInMemory() {
    return this.blocks.size * this.blockSize;
  }

  /** @param {number} block @param {number} offset @param {number} length @returns {Uint8Array | Promise<Uint8Array> | null} */
  read(block, offset, length) {
    return this.blocks.get(block)?.subarray(offset, offset + length) ?? null;
  }

  /** @param {number} block @param {BlockReader} from */
  adopt(block, from) {
    const bytes = this.blocks.has(block) ? null : from.read(block, 0, this.blockSize);
    if (!(bytes instanceof Uint8Array)) return false;
    this.blocks.set(block, bytes.slice());  // theirs may go to disk
    return true;
  }

  /** @param {import('./response_buffer.js').ResponseBuffer | null} [ready] */
  body(ready) {
    return bodyOf(this.size, Array.from({length: this.numOfBlocks},
      (_, block) => /** @type {Uint8Array} */ (this.blocks.get(block))), ready);
  }
}

/**
 * A body that stands in memory, in pieces.
 *
 * @param {number} size bytes
 * @param {Uint8Array[]} pieces in order
 * @param {import('./response_buffer.js').ResponseBuffer | null} [ready] the same in one piece
 * @returns {import('../engine/types.js').Body}
 */
export function bodyOf(size, pieces, ready = null) {
  return {
    size,
    async arrayBuffer() {
      const whole = ready?.take();
      if (whole) return whole;
      const all = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
      }
      return all.buffer;
    },
    async blob(type) {
      return new Blob(/** @type {BlobPart[]} */ (pieces), {type});
    },
  };
}
