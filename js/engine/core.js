/**
 * The wasm core as the engine uses it: bytes in, actions out.
 *
 * @module
 */
import {OutputReader, readInfo} from './output.js';

const utf8 = new TextEncoder();

/** What the hashing of one slice may keep the page waiting: about 2 ms. */
const HASH_SLICE = 256 * 1024;

/** @param {string} text hex digits */
export function bytesOfHex(text) {
  return Uint8Array.from({length: text.length / 2},
    (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

export class Core {
  /** @param {any} module as loadCore gives it */
  constructor(module) {
    this.module = module;
    /** @type {any} what the client's calls are made on, once begin() was called */
    this.client = null;
    this.inAt = 0;
    this.inSize = 0;
    /** @type {Promise<unknown>} the hash that is being made in the core */
    this.hashing = Promise.resolve();
  }

  /**
   * Puts pieces, one behind the other, where the next call expects them.
   *
   * @param {(Uint8Array | string)[]} pieces
   * @returns {number[]} their lengths in bytes
   */
  put(...pieces) {
    const bytes = pieces.map(piece => typeof piece === 'string' ? utf8.encode(piece) : piece);
    const size = bytes.reduce((sum, {length}) => sum + length, 0);
    if (size > this.inSize) {
      this.inAt = this.module.inAt(size);
      this.inSize = size;
    }
    let at = this.inAt;
    for (const piece of bytes) {
      // Looked up anew each time: the memory may have grown.
      this.module.HEAPU8.set(piece, at);
      at += piece.length;
    }
    return bytes.map(({length}) => length);
  }

  /** @param {number} at what a call has returned @returns {OutputReader} */
  out(at) {
    return OutputReader.at(this.module.HEAPU8.buffer, at);
  }

  /** @param {{vendor: number, version: number}} browser */
  begin({vendor, version}) {
    this.put(crypto.getRandomValues(new Uint8Array(24)));
    this.module.begin(vendor, version);
    this.client = this.module;
  }

  /** @param {number} swarm @returns {import('./types.js').FileInfo | null} */
  info(swarm) {
    const answer = this.out(this.client.info(swarm));
    return answer.done ? null : readInfo(answer);
  }

  /** @param {number} swarm @returns {Uint8Array} as offerStored and manifest take it */
  infoFrame(swarm) {
    return this.out(this.client.infoFrame(swarm)).rest();
  }

  /** @param {number} swarm @returns {Uint8Array} SHA-256 of each block, 32 bytes */
  blockHashes(swarm) {
    return this.out(this.client.blockHashes(swarm)).rest();
  }

  /** @param {number} swarm */
  stats(swarm) {
    const answer = this.out(this.client.stats(swarm));
    return {uploaded: answer.f64(), wasted: answer.f64(), numOfPeers: answer.u32(),
      blocks: answer.u32(), banned: answer.u32()};
  }

  /**
   * SHA-256 (FIPS 180-4) of a block.
   *
   * @param {Uint8Array} bytes
   * @returns {Promise<Uint8Array>} 32 bytes
   */
  async hash(bytes) {
    const {subtle} = crypto;
    if (subtle) {
      return new Uint8Array(await subtle.digest('SHA-256', /** @type {BufferSource} */ (bytes)));
    }
    // A page without a secure context: the core hashes, one block at a time.
    const mine = this.hashing.then(() => this.hashInSlices(bytes));
    this.hashing = mine.catch(() => {});
    return mine;
  }

  /** Between slices the page can breathe. @param {Uint8Array} bytes */
  async hashInSlices(bytes) {
    this.module.hashBegin();
    for (let at = 0; at < bytes.length; at += HASH_SLICE) {
      if (at > 0) await nextTask();
      const [length] = this.put(bytes.subarray(at, at + HASH_SLICE));
      this.module.hashUpdate(length);
    }
    return this.out(this.module.hashEnd()).rest();
  }

  /**
   * The FileInfo frame for a file to be shared.
   *
   * @param {{size: number, blockSize: number, hashes: Uint8Array, name: string,
   *   type: string}} file hashes: 32 bytes a block, in order
   * @returns {Uint8Array} empty if a file of this size can't be shared
   */
  makeInfo({size, blockSize, hashes, name, type}) {
    const [, nameLength, typeLength] = this.put(hashes, name, type);
    return this.out(this.module.makeInfo(size, blockSize, nameLength, typeLength)).rest();
  }

  /** @param {number} size bytes */
  defaultBlockSize(size) {
    return this.module.defaultBlockSize(size);
  }
}

/** Not by setTimeout, which hidden pages run once a second at most. */
function nextTask() {
  return new Promise(resolve => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}
