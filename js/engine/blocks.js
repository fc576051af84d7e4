/**
 * Carries out what the core asks of blocks: gather, hash, keep.
 *
 * @module
 */
import {mapOf} from '../store/availability.js';
import {now} from './run_loop.js';

/** @typedef {import('./page_download.js').PageDownload} PageDownload */

export class Blocks {
  /**
   * @param {import('./run_loop.js').RunLoop} loop
   * @param {Map<number, PageDownload>} downloads by swarm handle
   * @param {(download: PageDownload) => void} restart it can't be finished so
   */
  constructor(loop, downloads, restart) {
    this.loop = loop;
    this.downloads = downloads;
    this.restart = restart;
  }

  /** @param {number} swarm @returns {import('../store/memory_store.js').BlockStore | null | undefined} */
  storeOf(swarm) {
    return this.downloads.get(swarm)?.store;
  }

  // --- actions -------------------------------------------------------------

  /** @param {number} swarm @param {number} block @param {number} to @param {number} from @param {number} length */
  store(swarm, block, to, from, length) {
    this.storeOf(swarm)?.part(block).set(this.loop.source.subarray(from, from + length), to);
    // Peers' bytes count once their block is right.
    if (this.loop.sourceIsHttp) this.downloads.get(swarm)?.countUnfinished(block, length);
  }

  /** @param {number} swarm @param {number} block @param {number} to @param {number} from @param {number} length */
  storeKept(swarm, block, to, from, length) {
    this.downloads.get(swarm)?.storeKept(block, to, from, length);
  }

  /** @param {number} swarm */
  dropKept(swarm) {
    this.downloads.get(swarm)?.dropKept();
  }

  /** @param {number} swarm @param {number} block */
  verify(swarm, block) {
    const store = this.storeOf(swarm);
    if (!store) return;
    const part = store.part(block);
    const {core} = this.loop;
    // The browser may be out of memory for a moment; the core hashes in place.
    const hash = () => core.hash(part).catch(() => core.hashInSlices(part));
    store.inTurn(() => hash().then(digest => this.loop.input(client => {
      core.put(digest);
      return client.digest(now(), swarm, block);
    })));
  }

  /** @param {number} swarm @param {number} block @param {number} http @param {number} peers @param {number} stored bytes by source */
  commit(swarm, block, http, peers, stored) {
    const download = this.downloads.get(swarm);
    if (!download?.blocks) return;
    download.commit(block, http, peers, stored);
    for (const twin of this.twinsOf(download)) {
      if (twin.store?.adopt(block, download.blocks)) this.tellStored(twin, [block]);
    }
  }

  /** @param {number} swarm @param {number} block @param {boolean} keepSuspect */
  discard(swarm, block, keepSuspect) {
    const download = this.downloads.get(swarm);
    download?.store?.discard(block, keepSuspect);
    if (download?.onDiscard(block)) this.restart(download);
  }

  /** @param {number} swarm @param {number} block */
  compareSuspect(swarm, block) {
    for (const chunk of this.storeOf(swarm)?.differences(block) ?? []) {
      this.loop.input(client => client.suspectChunk(now(), swarm, block, chunk));
    }
  }

  /** @param {number} swarm @param {number} block */
  dropSuspect(swarm, block) {
    this.storeOf(swarm)?.dropSuspect(block);
  }

  // --- inputs --------------------------------------------------------------

  /** Other requests of this page for the same resource. @param {PageDownload} download */
  twinsOf(download) {
    return [...this.downloads.values()].filter(other => other !== download && other.blocks &&
      !other.plain && other.info?.swarmId === download.info?.swarmId);
  }

  /** What the page has of it already need not come again. @param {PageDownload} download */
  adoptFromTwins(download) {
    const all = Array.from({length: download.info?.numOfBlocks ?? 0}, (_, block) => block);
    for (const twin of this.twinsOf(download)) {
      if (!twin.store) {  // a file that the page shares
        download.serveFrom(twin.blocks);
        return this.tellStored(download, all);
      }
      const {blocks} = twin;
      const adopted = all.filter(block => blocks && download.store?.adopt(block, blocks));
      if (adopted.length > 0) this.tellStored(download, adopted);
    }
  }

  /** @param {PageDownload} download @param {number[]} blocks that it has now */
  tellStored(download, blocks) {
    const map = mapOf(download.info?.numOfBlocks ?? 0, blocks);
    this.loop.input(client => {
      this.loop.core.put(map);
      return client.stored(now(), download.swarm, map.length);
    });
  }
}
