/**
 * Blocks of one resource on disk, for one download: gathered in memory, read
 * from there until they are written.
 *
 * @module
 */
import {MemoryStore} from './memory_store.js';

/** Blocks from an earlier visit that are read and hashed at the same time. */
const CHECKS_AT_ONCE = 4;
const NOTHING = new Uint8Array(0);

/** @typedef {import('./memory_store.js').BlockReader} BlockReader */
/** @typedef {import('./memory_store.js').BlockStore} BlockStore */

/** @implements {BlockStore} */
export class DiskStore extends MemoryStore {
  /** @param {import('./stored_resource.js').StoredResource} resource */
  constructor(resource) {
    super(resource.record.info);
    this.resource = resource;
    this.blocks = resource.memory;
    /** @type {Promise<unknown>[]} */
    this.lanes = Array(CHECKS_AT_ONCE).fill(Promise.resolve());
  }

  /** @param {number} block */
  part(block) {
    const {spare} = this.resource;
    const isWhole = block < this.numOfBlocks - 1 || this.size % this.blockSize === 0;
    const part = isWhole && !this.parts.has(block) && spare.pop();
    if (part && part.length === this.blockSize) this.parts.set(block, part);
    return super.part(block);
  }

  /** @param {number} block */
  commit(block) {
    const part = this.parts.get(block);
    this.parts.delete(block);
    if (part) this.resource.commit(block, part);
  }

  /** @param {number} block @param {boolean} needed */
  take(block, needed) {
    const {resource} = this;
    const bytes = this.blocks.get(block);
    if (bytes) return bytes;
    if (!needed && resource.checked.has(block)) return NOTHING;
    const lane = block % CHECKS_AT_ONCE;
    const read = this.lanes[lane].then(() => resource.read(block));
    this.lanes[lane] = read.catch(() => {});
    return read;
  }

  /** @param {number} block @param {number} offset @param {number} length */
  read(block, offset, length) {
    const bytes = super.read(block, offset, length);
    if (bytes || !this.resource.has(block)) return bytes;
    return this.resource.read(block).then(whole => whole.subarray(offset, offset + length));
  }

  /** @param {number} block @param {BlockReader} from */
  adopt(block, from) {
    if (this.resource.has(block)) return from instanceof DiskStore && from.resource === this.resource;
    const bytes = from.read(block, 0, this.blockSize);
    if (!(bytes instanceof Uint8Array)) return false;
    this.resource.commit(block, bytes.slice());
    return true;
  }

  /** @param {() => Promise<void>} verify */
  inTurn(verify) {
    return this.resource.inTurn(verify);
  }

  room() {
    return this.resource.room();
  }

  /** @param {import('./response_buffer.js').ResponseBuffer | null} [ready] */
  body(ready) {
    const {size, blockSize, numOfBlocks, resource} = this;
    const all = Array.from({length: numOfBlocks}, (_, block) => block);
    return {
      size,
      async arrayBuffer() {
        const whole = ready?.take();
        if (whole) return whole;
        const bytes = new Uint8Array(size);
        for (const block of all) {
          bytes.set(resource.memory.get(block) ?? await resource.read(block), block * blockSize);
        }
        return bytes.buffer;
      },
      /** @param {string} type */
      blob: type => resource.blob(type),
    };
  }
}
