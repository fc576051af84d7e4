/**
 * One download or share as the engine keeps it: between the core, which knows
 * blocks, the store, which has their bytes, and the sink, which hears of it.
 *
 *   waiting for FileInfo → blocks → complete
 *            |                |
 *            +--> plain <-----+   the whole body as one HTTP response
 *
 * @module
 */
import {bodyOf, MemoryStore} from '../store/memory_store.js';
import {headFromInfo} from './response_head.js';

/** @typedef {import('./types.js').DownloadSink} DownloadSink */

const NO_BODY = bodyOf(0, []);

export class PageDownload {
  /**
   * @param {import('./types.js').DownloadOptions | null} options null for a share
   * @param {DownloadSink} sink
   */
  constructor(options, sink) {
    this.options = options;
    /** @type {DownloadSink | null} null once it has heard how it ended */
    this.sink = sink;
    this.swarm = 0;
    this.paused = false;
    this.completed = false;
    /** @type {import('./types.js').FileInfo | null} */
    this.info = null;
    /** @type {import('./types.js').Body} */
    this.body = NO_BODY;
    /** @type {any} a BlockStore, from FileInfo on */
    this.store = null;

    /** @type {import('./types.js').ResponseHead | null} */
    this.head = null;
    this.headSaid = false;
    /** @type {Uint8Array[] | null} the response from byte 0 on, until it is cut into blocks */
    this.kept = [];
    this.keptBytes = 0;
    this.plain = false;
    this.streamEnded = false;
    this.ended = false;

    this.http = 0;
    this.peers = 0;
    this.stored = 0;
    /** @type {Map<number, number>} block → bytes that HTTP has put into its part */
    this.unfinished = new Map();
    this.unfinishedBytes = 0;
    this.said = {loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: -1};

    this.nextChunk = 0;
    this.chunkBytes = 0;
  }

  get total() {
    return this.info ? this.info.size : this.head?.total ?? -1;
  }

  // --- HTTP -------------------------------------------------------------------

  /** @param {import('./types.js').ResponseHead} head @param {boolean} final it will not be made up for */
  onHead(head, final) {
    this.head ??= head;
    if (final || (head.status >= 200 && head.status < 300)) this.sayHead();
  }

  sayHead() {
    if (this.headSaid || !this.head) return;
    this.headSaid = true;
    this.sink?.head(this.head);
  }

  speakFromInfo() {
    if (this.headSaid || !this.info) return;
    this.head = headFromInfo(this.info);
    this.sayHead();
  }

  /** Body bytes that are not (yet) blocks. @param {Uint8Array} bytes */
  keep(bytes) {
    this.kept?.push(bytes);
    this.keptBytes += bytes.length;
    this.http += bytes.length;
    if (this.headSaid && this.options?.wantChunks) this.sink?.chunk(bytes);
    this.chunkBytes += bytes.length;
    this.progress();
  }

  /** @param {number} block @param {number} offset in the block @param {number} from in the kept stream @param {number} length */
  storeKept(block, offset, from, length) {
    const part = this.store.part(block);
    let at = 0;
    for (const piece of this.kept ?? []) {
      const start = Math.max(from, at);
      const end = Math.min(from + length, at + piece.length);
      if (start < end) {
        part.set(piece.subarray(start - at, end - at), offset + start - from);
      }
      at += piece.length;
      if (at >= from + length) break;
    }
    this.countUnfinished(block, length);
  }

  dropKept() {
    // What it brought counts by blocks from here on.
    this.http -= this.keptBytes;
    this.kept = null;
  }

  /** @param {number} block @param {number} length */
  countUnfinished(block, length) {
    this.unfinished.set(block, (this.unfinished.get(block) ?? 0) + length);
    this.unfinishedBytes += length;
  }

  /** @param {number} block */
  forgetUnfinished(block) {
    this.unfinishedBytes -= this.unfinished.get(block) ?? 0;
    this.unfinished.delete(block);
  }

  /** It goes on as the response it began as; blocks are of no use to it. */
  goPlain() {
    this.plain = true;
    this.kept ??= [];
    this.sayHead();
    if (this.streamEnded && !this.ended) this.finishPlain();
  }

  finishPlain() {
    this.body = bodyOf(this.keptBytes, this.kept ?? []);
    this.finish(sink => sink.complete());
  }

  // --- blocks -----------------------------------------------------------------

  /** @param {import('./types.js').FileInfo} info @param {any} [store] */
  onInfo(info, store) {
    this.info = info;
    this.store = store ?? new MemoryStore(info);
    this.sink?.info(info);
  }

  /** @param {number} block @param {number} http @param {number} peers @param {number} stored bytes by source */
  commit(block, http, peers, stored) {
    this.store.commit(block);
    this.forgetUnfinished(block);
    this.http += http;
    this.peers += peers;
    this.stored += stored;
    this.deliverChunks();
    this.progress();
  }

  /** Text grows on the page as its blocks become whole, in order. */
  deliverChunks() {
    if (!this.options?.wantChunks || !this.headSaid || !this.info) return;
    const {blockSize, size} = this.info;
    while (this.nextChunk < this.info.numOfBlocks && this.store.blocks.has(this.nextChunk)) {
      const start = this.nextChunk * blockSize;
      const end = Math.min(start + blockSize, size);
      if (end > this.chunkBytes) {
        const from = Math.max(this.chunkBytes, start);
        this.sink?.chunk(this.store.read(this.nextChunk, from - start, end - from));
        this.chunkBytes = end;
      }
      ++this.nextChunk;
    }
  }

  complete() {
    this.completed = true;
    if (this.ended) return;  // the page had it as a stream
    this.body = this.store.body();
    this.speakFromInfo();
    this.deliverChunks();
    this.finish(sink => {
      const loadedFS = this.stored;
      const loadedHTTP = Math.min(
        Math.max(this.said.loadedHTTP, this.http), this.total - loadedFS);
      this.sayProgress({loadedHTTP, loadedFS,
        loadedP2P: this.total - loadedFS - loadedHTTP, total: this.total});
      sink.complete();
    });
  }

  // --- the sink ---------------------------------------------------------------

  progress() {
    if (!this.headSaid) return;
    // Bytes of a block that failed are taken back by the core, but not from
    // the page: what was said never falls.
    const loadedHTTP = Math.max(this.said.loadedHTTP, this.http + this.unfinishedBytes);
    const loadedFS = Math.max(this.said.loadedFS, this.stored);
    const room = this.total < 0 ? Infinity : this.total - loadedHTTP - loadedFS;
    const loadedP2P = Math.max(this.said.loadedP2P, Math.min(this.peers, room));
    if (this.total >= 0 && loadedHTTP + loadedFS + loadedP2P > this.total) return;
    this.sayProgress({loadedHTTP, loadedP2P, loadedFS, total: this.total});
  }

  /** @param {import('./types.js').Progress} progress */
  sayProgress(progress) {
    this.said = progress;
    this.sink?.progress(progress);
  }

  /** @param {(sink: DownloadSink) => void} how */
  finish(how) {
    const {sink} = this;
    if (!sink || this.ended) return;
    this.ended = true;
    how(sink);
    // Whoever asked may still like to hear whom it serves, and with what.
    this.sink = {...SILENT, info: info => sink.info(info),
      swarmState: state => sink.swarmState(state)};
  }
}

/** @type {DownloadSink} */
export const SILENT = {
  head() {}, info() {}, progress() {}, chunk() {}, swarmState() {},
  complete() {}, fail() {}, restart() {},
};
