/**
 * Offline storage of this page's origin: which resources are in it, room for
 * more, and the news between tabs.
 *
 * Locks (Web Locks, shared by all tabs of the origin):
 *
 *   peer5 write <swarm id>   exclusive: who downloads and writes the resource
 *   peer5 use <swarm id>     shared by all that read it; what nobody uses may
 *                            be evicted
 *
 * @module
 */
import {blocksIn} from './availability.js';
import {removeFile, storedFiles} from './stored_files.js';
import {StoredIndex} from './stored_index.js';
import {StoredResource} from './stored_resource.js';

/** @typedef {import('./stored_index.js').StoredRecord} StoredRecord */
/** @typedef {{id: string, stored?: number[], lost?: number, removed?: boolean}} News */

/** The page's own data need room as well. */
const QUOTA_SHARE = 0.5;
/** A disk that doesn't answer must not hold a download up. */
const PATIENCE_MS = 1000;

export class Storage {
  #index = new StoredIndex();
  /** What this page uses. @type {Map<string, {resource: StoredResource, users: number, release: () => void}>} */
  #used = new Map();
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Promise<unknown> | null} */
  #tidied = null;

  /** Without a secure context there is none of these. */
  get isSupported() {
    return ['locks', 'storage'].every(name => name in (globalThis.navigator ?? {})) && Boolean(globalThis.indexedDB);
  }

  /** Another page may speak from now on. */
  #listen() {
    if (this.#channel) return;
    this.#channel = new BroadcastChannel('peer5');
    this.#channel.onmessage = ({data}) => {
      const {id, stored, lost, removed} = /** @type {News} */ (data);
      const resource = this.#used.get(id)?.resource;
      if (stored) resource?.hearStored(stored);
      if (lost !== undefined) resource?.lose(lost, false);
      if (removed) resource?.hearRemoved();
    };
  }

  /** @param {News} news for the other tabs */
  tell(news) {
    this.#channel?.postMessage(news);
  }

  // --- resources -------------------------------------------------------------

  /**
   * What is stored under a swarm id, or was asked for by a URL.
   *
   * @param {{id?: string, url?: string}} what
   * @returns {Promise<StoredRecord | null>}
   */
  async find({id, url = ''}) {
    if (!this.isSupported) return null;
    const late = new Promise(resolve => setTimeout(resolve, PATIENCE_MS, null));
    const found = id ? this.#index.get(id) : this.#index.byUrl(url);
    return /** @type {Promise<StoredRecord | null>} */ (Promise.race([found.catch(() => null), late]));
  }

  /** @param {string} id */
  recordOf(id) {
    return this.#index.get(id);
  }

  /** @param {StoredRecord} record */
  save(record) {
    return this.#index.put(record);
  }

  /**
   * Nobody evicts it before it is let go.
   *
   * @param {StoredRecord} record what is known of it, if only its FileInfo
   * @param {import('./stored_resource.js').Verifier} verifier
   */
  use(record, verifier) {
    this.#listen();
    let used = this.#used.get(record.id);
    if (!used) {
      used = {resource: new StoredResource(this, record, verifier), users: 0, release() {}};
      const over = new Promise(resolve => { /** @type {any} */ (used).release = resolve; });
      navigator.locks.request(`peer5 use ${record.id}`, {mode: 'shared'}, () => over);
      this.#used.set(record.id, used);
    }
    used.users++;
    return used.resource;
  }

  /** @param {StoredResource} resource */
  letGo({id}) {
    const used = this.#used.get(id);
    if (!used || --used.users > 0) return;
    this.#used.delete(id);
    used.resource.close();
    used.release();
  }

  /** @param {string} id */
  async remove(id) {
    if (!this.isSupported) return;
    this.#listen();
    await this.#index.remove(id);
    // It can't go while somebody reads it.
    this.#used.get(id)?.resource.hearRemoved();
    this.tell({id, removed: true});
    await removeFile(id);
  }

  /** @returns {Promise<import('../engine/types.js').LocalResource[]>} */
  async list() {
    if (!this.isSupported) return [];
    const {held = []} = await navigator.locks.query();
    const inUse = new Set(held.map(({name}) => name));
    return (await this.#index.all()).map(({id, info, map, urls}) => ({
      fileSize: info.size,
      swarmId: id,
      name: info.name,
      url: urls.at(-1) ?? info.origin,
      numOfBlocks: info.numOfBlocks,
      numOfBlocksDownloaded: blocksIn(info.numOfBlocks, map).length,
      status: inUse.has(`peer5 use ${id}`) ? 'play' : 'stop',
    }));
  }

  // --- room ------------------------------------------------------------------

  /** Asks the browser, which may ask the visitor, not to clear it away. */
  persist() {
    if (this.isSupported) navigator.storage.persist?.().catch(() => {});
  }

  /**
   * Evicts what was used least recently and is not in use, until there is room.
   *
   * @param {string} id of the resource that needs it
   * @param {number} size bytes
   * @throws {DOMException} QuotaExceededError if that is not enough
   */
  async makeRoom(id, size) {
    await (this.#tidied ??= this.#tidy());
    const {quota = 0, usage = 0} = await navigator.storage.estimate();
    const records = await this.#index.all();
    // Those that are not whole yet will be.
    let stored = records.reduce((sum, {info}) => sum + info.size, 0);
    const others = Math.max(0, usage - stored);
    if (!records.some(record => record.id === id)) stored += size;
    const fits = () => stored <= quota * QUOTA_SHARE && others + stored <= quota;
    for (const record of records.sort((a, b) => a.used - b.used)) {
      if (fits()) return;
      if (record.id !== id && await this.#evict(record.id)) stored -= record.info.size;
    }
    if (!fits()) throw new DOMException('', 'QuotaExceededError');
  }

  /** @param {string} id @returns {Promise<boolean>} whether nobody uses it */
  async #evict(id) {
    let isFree = false;
    await navigator.locks.request(`peer5 use ${id}`, {ifAvailable: true}, async lock => {
      isFree = lock !== null;
      if (isFree) await this.remove(id);
    });
    return isFree;
  }

  /** Files that the index doesn't know: it was damaged, or a tab died early. */
  async #tidy() {
    const known = new Set((await this.#index.all()).map(({id}) => id));
    for (const id of await storedFiles()) {
      if (!known.has(id)) await this.#evict(id);
    }
  }
}

/** One a page, whatever engines it has. */
export const storage = new Storage();
