/**
 * The wasm core as the engine uses it: bytes in, actions out.
 *
 * @module
 */
import {OutputReader, readInfo} from './output.js';

const utf8 = new TextEncoder();

/** @param {string} text 64 hex digits @returns {Uint8Array} */
export function bytesOfHex(text) {
  return Uint8Array.from({length: text.length / 2},
    (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export class Core {
  /** @param {any} module as loadCore gives it */
  constructor(module) {
    this.module = module;
    /** @type {any} the embind object, once begin() was called */
    this.client = null;
  }

  /**
   * Puts pieces, one behind the other, where the next call expects them.
   *
   * @param {(Uint8Array | string)[]} pieces
   * @returns {number[]} their lengths in bytes
   */
  put(...pieces) {
    const bytes = pieces.map(
      piece => typeof piece === 'string' ? utf8.encode(piece) : piece);
    let at = this.module.inAt(bytes.reduce((sum, b) => sum + b.length, 0));
    // Looked up anew each time: the memory may have grown.
    const heap = this.module.HEAPU8;
    for (const piece of bytes) {
      heap.set(piece, at);
      at += piece.length;
    }
    return bytes.map(b => b.length);
  }

  /** @param {number} length what the last call returned */
  out(length) {
    return new OutputReader(this.module.HEAPU8.buffer, this.module.outAt(), length);
  }

  /**
   * @param {{vendor: number, version: number, token: string}} about
   */
  begin({vendor, version, token}) {
    const secrets = crypto.getRandomValues(new Uint8Array(24));
    const [, tokenLength] = this.put(secrets, token);
    this.client = new this.module.Client(vendor, version, tokenLength);
  }

  /** @param {number} swarm @returns {import('./types.js').FileInfo | null} */
  info(swarm) {
    const length = this.client.info(swarm);
    return length > 0 ? readInfo(this.out(length)) : null;
  }

  /**
   * @param {number} swarm
   */
  stats(swarm) {
    const reader = this.out(this.client.stats(swarm));
    return {uploaded: reader.f64(), wasted: reader.f64(), numOfPeers: reader.u32(),
      blocks: reader.u32(), banned: reader.u32()};
  }

  /**
   * SHA-256 (FIPS 180-4) of a block.
   *
   * @param {Uint8Array} bytes
   * @returns {Promise<Uint8Array>} 32 bytes
   */
  async hash(bytes) {
    if (globalThis.crypto?.subtle) {
      return new Uint8Array(await crypto.subtle.digest('SHA-256',
        /** @type {BufferSource} */ (bytes)));
    }
    // No secure context: the core hashes, one block at a time and in slices,
    // between which the page can breathe.
    const mine = this.hashing = (this.hashing ?? Promise.resolve())
      .then(() => this.hashInSlices(bytes));
    return mine;
  }

  /** @param {Uint8Array} bytes */
  async hashInSlices(bytes) {
    const slice = 256 * 1024;  // about 2 ms
    this.module.hashBegin();
    for (let at = 0; at < bytes.length; at += slice) {
      if (at > 0) await new Promise(resolve => setTimeout(resolve));
      const [length] = this.put(bytes.subarray(at, at + slice));
      this.module.hashUpdate(length);
    }
    return this.out(this.module.hashEnd()).raw(32);
  }

  /**
   * The FileInfo frame for a file to be shared.
   *
   * @param {{size: number, blockSize: number, chunkSize: number, hashes: Uint8Array,
   *   name: string, type: string}} file hashes: 32 bytes a block, in order
   * @returns {Uint8Array}
   */
  makeInfo({size, blockSize, chunkSize, hashes, name, type}) {
    const [, nameLength, typeLength] = this.put(hashes, name, type);
    const length = this.module.makeInfo(size, blockSize, chunkSize, nameLength, typeLength);
    return this.out(length).raw(length);
  }

  /** @param {number} size bytes */
  defaultBlockSize(size) {
    return this.module.defaultBlockSize(size);
  }
}
