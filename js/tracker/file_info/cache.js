/**
 * What has been hashed, in memory and, where the operator gives a directory,
 * over restarts, or a store, over all instances. Nothing here is trusted to be current: the service asks the
 * origin before it uses an entry.
 *
 * @module
 */

import {createHash} from 'node:crypto';
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {HASH_SIZE} from './block_hasher.js';

/** @typedef {import('./hash_resource.js').Hashed} Hashed */

/** Bytes of block hashes kept in memory: some 10,000 resources of 800 blocks. */
const MAX_BYTES = 256 << 20;
/** Format of the files; others are ignored. */
const FORMAT = 'peer5 hashes 1';

export class HashCache {
  /**
   * @param {string | null} dir
   * @param {{blockSize?: number, chunkSize: number}} sizes entries with others are stale
   * @param {import('../store/swarm_store.js').SwarmStore | null} [store]
   */
  constructor(dir, sizes, store = null) {
    this.dir = dir;
    this.store = store;
    this.sizes = sizes;
    /** Least recently used first. @type {Map<string, Hashed>} */
    this.entries = new Map();
    this.bytes = 0;
  }

  /**
   * @param {string} url
   * @returns {Promise<Hashed | null>}
   */
  async get(url) {
    const known = this.entries.get(url) ?? await this.#read(url);
    if (known) this.#remember(known);
    return known;
  }

  /** @param {Hashed} hashed */
  async put(hashed) {
    this.#remember(hashed);
    const bytes = encode(hashed);
    await Promise.all([this.dir && this.#write(hashed.url, bytes), this.store?.putHashes(hashed.url, bytes)]);
  }

  /** @param {Hashed} hashed */
  #remember(hashed) {
    this.#forget(hashed.url);
    this.entries.set(hashed.url, hashed);
    this.bytes += hashed.hashes.length;
    for (const url of this.entries.keys()) {
      if (this.bytes <= MAX_BYTES || url === hashed.url) break;
      this.#forget(url);
    }
  }

  /** @param {string} url */
  #forget(url) {
    this.bytes -= this.entries.get(url)?.hashes.length ?? 0;
    this.entries.delete(url);
  }

  /** @param {string} url */
  #path(url) {
    return join(/** @type {string} */ (this.dir), createHash('sha256').update(url).digest('hex'));
  }

  /**
   * @param {string} url
   * @returns {Promise<Hashed | null>}
   */
  async #read(url) {
    const file = this.dir ? readFile(this.#path(url)).catch(() => null) : null;
    const shared = this.store?.getHashes(url).catch(() => null);
    return this.#decode(url, await file) ?? this.#decode(url, await shared);
  }

  /**
   * @param {string} url
   * @param {Buffer | null | undefined} bytes
   * @returns {Hashed | null}
   */
  #decode(url, bytes) {
    try {
      if (!bytes) return null;
      const end = bytes.indexOf(10);
      const {format, ...entry} = JSON.parse(bytes.subarray(0, end).toString());
      const hashes = bytes.subarray(end + 1);
      const wholeBlocks = Math.ceil(entry.sighting.size / entry.blockSize) * HASH_SIZE === hashes.length;
      const current = format === FORMAT && entry.url === url && wholeBlocks && this.#sizesFit(entry);
      return current ? {...entry, hashes} : null;
    } catch {
      // Cut short, or of another format: it is hashed again.
      return null;
    }
  }

  /** @param {Hashed} entry */
  #sizesFit(entry) {
    return entry.chunkSize === Math.min(this.sizes.chunkSize, entry.blockSize) &&
        (this.sizes.blockSize === undefined || this.sizes.blockSize === entry.blockSize);
  }

  /** @param {string} url @param {Buffer} bytes */
  async #write(url, bytes) {
    const path = this.#path(url);
    await mkdir(/** @type {string} */ (this.dir), {recursive: true});
    // Never half a file under the final name.
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
  }
}

/** @param {Hashed} hashed */
function encode({hashes, ...entry}) {
  return Buffer.concat([Buffer.from(`${JSON.stringify({format: FORMAT, ...entry})}\n`), hashes]);
}
