/**
 * Downloads and what offline storage has of them.
 *
 *   open ──find──► offer ──InfoReady──► join ──► its blocks are committed,
 *                    │                            each hashed when it is read
 *                    └─ StoredStale ──► removed
 *
 * @module
 */
import {DiskStore} from '../store/disk_store.js';
import {storage} from '../store/storage.js';
import {now} from './run_loop.js';

/** @typedef {import('./page_download.js').PageDownload} PageDownload */
/** @typedef {import('../store/stored_index.js').StoredRecord} StoredRecord */

/** What is smaller is not worth the disk's time: fetched again, it takes no longer. */
const MIN_STORED_BYTES = 1 << 20;
/** More than that is not kept in memory if there is no room on disk: tabs crash near it. */
const MAX_MEMORY_BYTES = 2 ** 30;

export class Offline {
  /**
   * @param {import('./run_loop.js').RunLoop} loop
   * @param {import('./types.js').GlobalOptions} options as they are at any time
   * @param {import('./blocks.js').Blocks} blocks
   * @param {{leave: (download: PageDownload) => void,
   *   giveUp: (download: PageDownload, code: 'out-of-space' | 'write') => void}} events
   *   leave: it has nothing to serve any more; giveUp: there is no room for it
   */
  constructor(loop, options, blocks, events) {
    this.loop = loop;
    this.options = options;
    this.blocks = blocks;
    this.events = events;
    /** @type {Map<PageDownload, StoredRecord>} */
    this.offers = new Map();
    /** @type {Map<PageDownload, {store: DiskStore, listener: import('../store/stored_resource.js').Listener}>} */
    this.entries = new Map();
  }

  /** @param {{id?: string, url?: string}} what @returns {Promise<StoredRecord | null> | null} */
  find(what) {
    return this.options.inMemory ? null : storage.find(what);
  }

  /** The core finds out whether it is of the right version. @param {PageDownload} download @param {StoredRecord} record */
  offer(download, record) {
    this.offers.set(download, record);
    const {frame} = record;
    this.loop.input(client => {
      this.loop.core.put(frame);
      return client.offerStored(now(), download.swarm, frame.length);
    });
  }

  /** @param {number} swarm */
  storedStale(swarm) {
    for (const [download, {id}] of this.offers) {
      if (download.swarm !== swarm) continue;
      this.offers.delete(download);
      storage.remove(id);
    }
  }

  /**
   * @param {PageDownload} download
   * @param {import('./types.js').FileInfo} info
   * @returns {DiskStore | undefined} undefined: it stays in memory
   */
  storeFor(download, info) {
    if (this.options.inMemory || !storage.isSupported || info.size < MIN_STORED_BYTES) return undefined;
    const {core} = this.loop;
    const offered = this.offers.get(download);
    const {url} = download.options ?? {};
    const resource = storage.use({
      id: info.swarmId, info, urls: url ? [url] : [], used: 0,
      frame: core.infoFrame(download.swarm),
      map: offered?.id === info.swarmId ? offered.map : new Uint8Array(0),
    }, {hashes: core.blockHashes(download.swarm), hash: bytes => core.hash(bytes)});
    const store = new DiskStore(resource);
    this.entries.set(download, {store, listener: this.listenerOf(download)});
    return store;
  }

  /** @param {PageDownload} download @returns {import('../store/stored_resource.js').Listener} */
  listenerOf(download) {
    return {
      stored: blocks => this.blocks.tellStored(download, blocks),
      lost: block => {
        if (download.ended) return this.events.leave(download);
        download.onLost();
        this.loop.input(client => client.blockLost(now(), download.swarm, block));
      },
      follow: () => {
        download.speakFromInfo();
        this.loop.input(client => client.pause(now(), download.swarm));
      },
      own: () => this.loop.input(client => client.resume(now(), download.swarm)),
      failed: code => {
        if (!download.ended && (download.info?.size ?? 0) > MAX_MEMORY_BYTES) this.events.giveUp(download, code);
      },
    };
  }

  /** It goes on, or another tab does for it. @param {PageDownload} download */
  join(download) {
    const entry = this.entries.get(download);
    if (!entry) return;
    const {resource} = entry.store;
    if (resource.onDisk.size > 0) entry.listener.stored([...resource.onDisk]);
    resource.join(entry.listener);
  }

  /** @param {PageDownload} download */
  pause(download) {
    const entry = this.entries.get(download);
    entry?.store.resource.leave(entry.listener);
  }

  /** @param {PageDownload} download */
  drop(download) {
    const entry = this.entries.get(download);
    this.offers.delete(download);
    this.entries.delete(download);
    if (!entry) return;
    entry.store.resource.leave(entry.listener);
    storage.letGo(entry.store.resource);
  }

  /** What there is of it must not be used again. @param {PageDownload} download */
  forget(download) {
    if (!this.entries.has(download) || !download.info) return;
    this.drop(download);
    storage.remove(download.info.swarmId);
  }
}
