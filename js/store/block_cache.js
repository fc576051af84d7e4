/**
 * Blocks that have been read from disk: whole ones, as their chunks are asked
 * for together, a few of them kept for the next request.
 *
 * @module
 */

/** Enough for what several peers are in the middle of. */
const KEPT_BYTES = 4 << 20;
const LEAST_KEPT_BLOCKS = 4;

export class BlockCache {
  /** @param {number} blockSize bytes @param {(block: number) => Promise<Uint8Array>} load */
  constructor(blockSize, load) {
    this.load = load;
    this.room = Math.max(LEAST_KEPT_BLOCKS, Math.floor(KEPT_BYTES / blockSize));
    /** @type {Map<number, Promise<Uint8Array>>} most recently used last */
    this.kept = new Map();
  }

  /** @param {number} block @returns {Promise<Uint8Array>} */
  get(block) {
    const bytes = this.kept.get(block) ?? this.load(block);
    this.kept.delete(block);
    this.kept.set(block, bytes);
    if (this.kept.size > this.room) {
      this.kept.delete(/** @type {number} */ (this.kept.keys().next().value));
    }
    // What could not be read now may be readable later.
    bytes.catch(() => this.kept.delete(block));
    return bytes;
  }
}
