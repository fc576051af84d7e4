/**
 * Blocks that have been read from disk: whole ones, as their chunks are asked
 * for together, a few of them kept for the next request.
 *
 * @module
 */

const KEPT_BLOCKS = 4;

export class BlockCache {
  /** @param {(block: number) => Promise<Uint8Array>} load */
  constructor(load) {
    this.load = load;
    /** @type {Map<number, Promise<Uint8Array>>} most recently used last */
    this.kept = new Map();
  }

  /** @param {number} block @returns {Promise<Uint8Array>} */
  get(block) {
    const bytes = this.kept.get(block) ?? this.load(block);
    this.kept.delete(block);
    this.kept.set(block, bytes);
    if (this.kept.size > KEPT_BLOCKS) {
      this.kept.delete(/** @type {number} */ (this.kept.keys().next().value));
    }
    // What could not be read now may be readable later.
    bytes.catch(() => this.kept.delete(block));
    return bytes;
  }
}
