/**
 * One resource in offline storage, as this page sees it. All tabs of an origin
 * share its file; the tab that holds its lock downloads and writes, the others
 * follow: they read what it has written, as it tells of it.
 *
 *   idle ──join──► asking ──lock granted──► writing ──whole, or nobody here ──► idle
 *                    │                        ▲       downloads any more
 *                    │ another tab has it     │
 *                    └──────► following ──────┘ that tab has ended, or is done
 *
 * Committed blocks wait in memory until they are on disk. If they can't get
 * there (`failure`), they stay in memory.
 *
 * Nothing that was on disk before this page came is let out before it has been
 * hashed (`checked`).
 *
 * @module
 */
import {blocksIn, mapOf} from './availability.js';
import {BlockCache} from './block_cache.js';
import {OpenFile, snapshotOf} from './stored_files.js';
import {StoredReader} from './stored_reader.js';

/** Blocks that wait to be verified or written: past it, nothing more is read by HTTP for now. */
const MAX_WAITING_BYTES = 8 << 20;
/** Buffers of written blocks, for those to come. */
const MAX_SPARE = 4;
/** Verified blocks that are not in the index yet: what is lost if the browser is killed. A MiB, or two. */
const MAX_UNSAVED_BYTES = 1 << 20;
const MAX_UNSAVED = 2;
/** So long blocks wait for others, half as many as may be lost, to be saved with them: each time takes a millisecond. */
const GATHER_MS = 50;

/**
 * One download of the resource by this page.
 *
 * @typedef {object} Listener
 * @property {(blocks: number[]) => void} stored they are on disk
 * @property {(block: number) => void} lost it was on disk, and isn't right
 * @property {() => void} follow another tab downloads: stop
 * @property {() => void} own it's this tab's: go on
 * @property {(code: 'out-of-space' | 'write') => void} failed it can't be kept on disk
 */

/**
 * @typedef {object} Verifier
 * @property {Uint8Array} hashes SHA-256 of each block, 32 bytes
 * @property {(bytes: Uint8Array) => Promise<Uint8Array>} hash SHA-256
 */

export class StoredResource {
  /** @type {'idle' | 'asking' | 'following' | 'writing'} */
  state = 'idle';
  /** @type {'out-of-space' | 'write' | null} */
  failure = null;
  /** @type {Map<number, Uint8Array>} committed, not on disk (yet) */
  memory = new Map();
  /** Buffers that nobody uses. @type {Uint8Array[]} */
  spare = [];
  /** @type {Set<number>} */
  onDisk = new Set();
  /** @type {Set<number>} of those on disk: right, this page has seen */
  checked = new Set();
  /** @type {Set<Listener>} */
  listeners = new Set();

  /** @type {OpenFile | null} while writing */
  #file = null;
  /** While it isn't. @type {StoredReader} */
  #reader;
  /** Blocks that the index tells of, and aren't right. @type {Set<number>} */
  #lost = new Set();
  /** On disk, not in the index. @type {number[]} */
  #unsaved = [];
  /** Being put into it. */
  #beingSaved = 0;
  /** Blocks whose turn to be verified hasn't come, and the last one's end. */
  #queued = 0;
  #lastTurn = Promise.resolve();
  #saving = false;
  /** Blocks that the worker has. @type {Set<number>} */
  #writing = new Set();
  /** The page has its file: it stays as long as the page does. */
  #isPinned = false;
  /** @type {(() => void)[]} who waits for room */
  #waiting = [];
  /** Ends `writing`. */
  #unlock = () => {};
  /** Ends `following`. */
  #giveUp = new AbortController();

  /**
   * @param {import('./storage.js').Storage} storage
   * @param {import('./stored_index.js').StoredRecord} record
   * @param {Verifier} verifier
   */
  constructor(storage, record, verifier) {
    this.storage = storage;
    this.record = record;
    this.verifier = verifier;
    this.#reader = new StoredReader(record.id, () => this.state !== 'idle');
    this.cache = new BlockCache(record.info.blockSize, block => this.#load(block));
    this.#add(record);
  }

  get id() {
    return this.record.id;
  }

  /** @param {number} block */
  has(block) {
    return this.memory.has(block) || this.#writing.has(block) || this.onDisk.has(block);
  }

  // --- who downloads ---------------------------------------------------------

  /** @param {Listener} listener */
  join(listener) {
    this.listeners.add(listener);
    if (this.state === 'idle') this.#ask();
    else if (this.state === 'following') listener.follow();
  }

  /** It downloads no more; its blocks can still be read. @param {Listener} listener */
  leave(listener) {
    if (this.listeners.delete(listener)) this.#restIfDone();
  }

  async #ask() {
    this.state = 'asking';
    const name = `peer5 write ${this.id}`;
    let isHeldElsewhere = false;
    /** @param {LockOptions} options resolves when it was held, and is over */
    const hold = options => navigator.locks.request(name, options, async lock => {
      isHeldElsewhere = !lock;
      if (lock) await this.#write();
    });
    await hold({ifAvailable: true});
    if (isHeldElsewhere) {
      this.state = 'following';
      this.#wake();
      for (const listener of this.listeners) listener.follow();
      this.#giveUp = new AbortController();
      await hold({signal: this.#giveUp.signal}).catch(() => {});
    }
    this.state = 'idle';
    this.#wake();
    if (!this.#isAtRest) this.#ask();
  }

  /** The lock is ours. @returns {Promise<void>} until it is to be given back */
  async #write() {
    const over = new Promise(resolve => { this.#unlock = () => resolve(undefined); });
    const wasFollowing = this.state === 'following';
    this.state = 'writing';
    this.failure = null;
    try {
      // Another tab may have written since.
      const record = await this.storage.recordOf(this.id);
      if (record) this.#add(record);
      await this.storage.makeRoom(this.id, this.record.info.size);
      this.#file = await OpenFile.open(this.id);
      await this.#save();
    } catch (error) {
      this.#fail(error);
    }
    const blocks = [...this.onDisk];
    for (const listener of this.listeners) {
      listener.stored(blocks);
      if (wasFollowing) listener.own();
    }
    for (const block of this.memory.keys()) this.#writeBlock(block);
    this.#restIfDone();
    await over;
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Nobody here has anything to write. */
  get #isAtRest() {
    return this.listeners.size === 0 || this.failure !== null ||
      this.onDisk.size === this.record.info.numOfBlocks;
  }

  #restIfDone() {
    if (!this.#isAtRest) return;
    if (this.state === 'following') this.#giveUp.abort();
    if (this.state === 'writing' && this.#writing.size === 0 && !this.#saving) this.#unlock();
  }

  // --- blocks ----------------------------------------------------------------

  /** @param {number} block @param {Uint8Array} bytes right ones */
  commit(block, bytes) {
    if (this.has(block)) return;
    this.memory.set(block, bytes);
    if (this.state === 'writing') this.#writeBlock(block);
    else if (this.state === 'idle' && !this.#isAtRest) this.#ask();
  }

  /** @param {number} block */
  async #writeBlock(block) {
    // Those that it is committed for take it from memory first.
    await null;
    const bytes = this.memory.get(block);
    if (!bytes || !this.#file || this.failure) return;
    this.memory.delete(block);
    this.#writing.add(block);
    const {bytes: back, error} = await this.#file.write(block * this.record.info.blockSize, bytes);
    this.#writing.delete(block);
    if (error) {
      if (back) this.memory.set(block, back);
      this.#fail(error);
    } else {
      if (back && this.spare.length < MAX_SPARE) this.spare.push(back);
      this.#lost.delete(block);
      this.onDisk.add(block);
      this.checked.add(block);
      this.#unsaved.push(block);
      await this.#save().catch(failed => this.#fail(failed));
    }
    this.#wake();
    this.#restIfDone();
  }

  /** The index first: a tab that begins to follow reads it, and hears of the rest. */
  async #save() {
    if (this.#saving) return;  // whoever is at it looks again
    this.#saving = true;
    try {
      do {
        await this.#gathered();
        const blocks = this.#unsaved.splice(0);
        this.#beingSaved = blocks.length;
        await this.storage.save({...this.record, used: Date.now(),
          map: mapOf(this.record.info.numOfBlocks, this.onDisk)});
        this.#beingSaved = 0;
        this.storage.tell({id: this.id, stored: blocks});
        this.#wake();
      } while (this.#unsaved.length > 0);
    } finally {
      this.#saving = false;
      this.#beingSaved = 0;
    }
  }

  /** Resolves when saving is worth it. */
  async #gathered() {
    if (this.#unsaved.length === 0) return;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#wake();
    }, GATHER_MS);
    while (!late && this.#isDraining && this.#unsaved.length < this.#mayBeLost / 2 &&
      this.onDisk.size < this.record.info.numOfBlocks) await this.#change();
    clearTimeout(timer);
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.failure) return;
    this.failure = /** @type {any} */ (error)?.name === 'QuotaExceededError' ? 'out-of-space' : 'write';
    this.#wake();
    for (const listener of this.listeners) listener.failed(this.failure);
  }

  /** Whether what is committed will be on disk soon. */
  get #isDraining() {
    return !this.failure && (this.state === 'asking' || this.state === 'writing');
  }

  /** Blocks, if the browser is killed. */
  get #mayBeLost() {
    return Math.max(MAX_UNSAVED, MAX_UNSAVED_BYTES / this.record.info.blockSize);
  }

  get #notSaved() {
    return this.memory.size + this.#writing.size + this.#unsaved.length + this.#beingSaved;
  }

  /** Resolves when something has changed. @returns {Promise<void>} */
  #change() {
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  #wake() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /**
   * Resolves once there is room for more.
   *
   * @returns {Promise<void> | null} null: there is
   */
  room() {
    const waiting = (this.#queued + this.memory.size + this.#writing.size) * this.record.info.blockSize;
    return this.#isDraining && waiting >= MAX_WAITING_BYTES ? this.#change() : null;
  }

  /** One after the other, and no faster than they are saved. @param {() => Promise<void>} verify */
  async inTurn(verify) {
    const last = this.#lastTurn;
    let over = () => {};
    this.#lastTurn = new Promise(resolve => { over = () => resolve(undefined); });
    this.#queued++;
    await last;
    while (this.#isDraining && this.#notSaved >= this.#mayBeLost) await this.#change();
    this.#queued--;
    return verify().finally(over);
  }

  /** @param {number} block @returns {Promise<Uint8Array>} rejects if it is lost */
  read(block) {
    return this.cache.get(block);
  }

  /** @param {number} block */
  async #load(block) {
    try {
      const bytes = await this.#readFile(block);
      if (!this.checked.has(block)) {
        if (!await this.#isRight(block, bytes)) throw new Error('its bytes have changed');
        this.checked.add(block);
      }
      return bytes;
    } catch (error) {
      this.lose(block);
      throw error;
    }
  }

  /** @param {number} block @param {Uint8Array} bytes */
  async #isRight(block, bytes) {
    const {hashes, hash} = this.verifier;
    const digest = await hash(bytes);
    return digest.every((byte, i) => byte === hashes[32 * block + i]);
  }

  /** @param {number} block @returns {Promise<Uint8Array>} all of it */
  async #readFile(block) {
    const {size, blockSize} = this.record.info;
    const start = block * blockSize;
    const length = Math.min(blockSize, size - start);
    if (this.#file) return this.#file.read(start, length);
    return this.#reader.read(start, length);
  }

  /**
   * All of it, to be given to the page: what is on disk from there, without a
   * copy.
   *
   * @param {string} type
   * @returns {Promise<Blob>}
   */
  async blob(type) {
    while (this.#notSaved > 0 && this.#isDraining) await this.#change();
    if (!this.#isPinned) this.storage.use(this.record, this.verifier);
    this.#isPinned = true;
    const {size, blockSize, numOfBlocks} = this.record.info;
    const file = this.onDisk.size > 0 ? await snapshotOf(this.id) : new Blob([]);
    if (this.memory.size === 0) return file.slice(0, size, type);
    const pieces = Array.from({length: numOfBlocks}, (_, block) =>
      this.memory.get(block) ?? file.slice(block * blockSize, Math.min(size, (block + 1) * blockSize)));
    return new Blob(/** @type {BlobPart[]} */ (pieces), {type});
  }

  /** It is not what it should be: fetched again. @param {number} block @param {boolean} [tell] the other tabs */
  lose(block, tell = true) {
    if (!this.onDisk.delete(block)) return;
    this.#lost.add(block);
    this.checked.delete(block);
    if (tell) this.storage.tell({id: this.id, lost: block});
    for (const listener of this.listeners) listener.lost(block);
    if (this.state === 'idle' && !this.#isAtRest) this.#ask();
  }

  /** Nobody here uses it any more. */
  close() {
    this.#reader.close();
  }

  // --- other tabs ------------------------------------------------------------

  /** @param {number[]} blocks that another tab has written */
  hearStored(blocks) {
    for (const block of blocks) {
      this.#lost.delete(block);
      this.onDisk.add(block);
      this.memory.delete(block);
    }
    for (const listener of this.listeners) listener.stored(blocks);
    this.#restIfDone();
  }

  hearRemoved() {
    this.#reader.close();
    for (const block of [...this.onDisk]) this.lose(block, false);
  }

  /** @param {import('./stored_index.js').StoredRecord} record as the index has it now */
  #add(record) {
    const {numOfBlocks} = this.record.info;
    for (const block of blocksIn(numOfBlocks, record.map)) {
      if (!this.#lost.has(block)) this.onDisk.add(block);
    }
    this.record = {...this.record, urls: [...new Set([...record.urls, ...this.record.urls])]};
  }
}
