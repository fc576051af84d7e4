/**
 * One download or share as the engine keeps it: between the core, which knows
 * blocks, the store, which has their bytes, and the sink, which hears of it.
 *
 *   kept stream --FileInfo--> blocks --all of them--> completed
 *        |                      |
 *        +-------> plain <------+   the whole body as one HTTP response
 *
 * `paused` and `ended` are flags beside it. When the sink has heard how it
 * ended (the stream may be whole before FileInfo comes), it is told of its
 * swarm only.
 *
 * @module
 */
import {KeptStream} from '../store/kept_stream.js';
import {bodyOf, MemoryStore} from '../store/memory_store.js';
import {ResponseBuffer} from '../store/response_buffer.js';
import {headFromInfo} from './response_head.js';

/** @typedef {import('./types.js').DownloadSink} DownloadSink */
/** @typedef {import('./types.js').DownloadOptions} DownloadOptions */
/** @typedef {import('../store/memory_store.js').BlockReader} BlockReader */
/** @typedef {import('../store/memory_store.js').BlockStore} BlockStore */

const NOTHING = new Uint8Array(0);

export class PageDownload {
  /**
   * @param {DownloadOptions | null} options null for a share
   * @param {DownloadSink} sink
   */
  constructor(options, sink) {
    this.options = options;
    /** @type {DownloadSink | null} null once nobody wants to hear of it */
    this.sink = sink;
    this.owner = sink;
    this.swarm = 0;
    /** @type {Map<number, number>} peer handle → bytes it was sent of this */
    this.sentTo = new Map();
    this.paused = false;
    this.completed = false;
    this.plain = false;
    /** @type {import('./types.js').FileInfo | null} */
    this.info = null;
    /** @type {import('./types.js').Body} */
    this.body = bodyOf(0, []);
    /** @type {BlockReader | null} where its blocks are read, from FileInfo on */
    this.blocks = null;
    /** @type {BlockStore | null} where they are gathered; null for what is whole elsewhere */
    this.store = null;

    /** @type {import('./types.js').ResponseHead | null} */
    this.head = null;
    /** The request for all of it has failed before a head came: whether it was refused is asked. @type {Promise<void> | null} */
    this.refusal = null;
    this.headSaid = false;
    /** @type {KeptStream | null} the response, until it is cut into blocks */
    this.kept = new KeptStream();
    /** It is whole. */
    this.streamEnded = false;
    /** @type {ResponseBuffer | null} if the page wants one, once its size is known */
    this.buffer = null;
    /** Reads from disk under way, and other things to wait for. */
    this.awaited = 0;
    /** The sink has heard how it ended. */
    this.ended = false;

    /** Bytes by source: verified, or of the response as it is. */
    this.http = 0;
    this.peers = 0;
    this.stored = 0;
    /** @type {Map<number, number>} block → bytes that HTTP has put into its part */
    this.unfinished = new Map();
    this.unfinishedBytes = 0;
    this.said = {loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: -1};

    /** Bytes that sink.chunk has had, and the next piece or block it gets. */
    this.chunkBytes = 0;
    this.nextPiece = 0;
    this.nextBlock = 0;
    this.readsChunk = false;
  }

  get total() {
    return this.info ? this.info.size : this.head?.total ?? -1;
  }

  // --- HTTP ----------------------------------------------------------------

  /** The origin's answer. One that peers may make up for is kept back. @param {import('./types.js').ResponseHead} head */
  onHead(head) {
    if (this.headSaid) return;
    this.head = head;
    this.prepareBuffer();
    if (this.plain || head.status >= 200 && head.status < 300) this.sayHead();
  }

  prepareBuffer() {
    if (this.options?.wantBuffer && !this.buffer && this.total >= 0) {
      this.buffer = new ResponseBuffer(this.total);
    }
  }

  sayHead() {
    if (this.headSaid || !this.head) return;
    this.headSaid = true;
    this.sink?.head(this.head);
    this.deliverChunks();
    this.progress();
  }

  speakFromInfo() {
    if (this.headSaid || !this.info) return;
    this.head = headFromInfo(this.info);
    this.sayHead();
  }

  /** Body bytes that are not (yet) blocks. @param {Uint8Array} bytes */
  keep(bytes) {
    if (this.kept) {
      // Kept once, in the page's buffer or as it came.
      this.kept.push(this.buffer?.put(this.kept.size, bytes) ?? bytes);
    }
    this.http += bytes.length;
    this.deliverChunks();
    this.progress();
  }

  /** @param {number} block @param {number} offset in the block @param {number} from in the kept stream @param {number} length */
  storeKept(block, offset, from, length) {
    const part = this.store?.part(block);
    if (part) this.kept?.copy(from, part.subarray(offset, offset + length));
    this.countUnfinished(block, length);
  }

  dropKept() {
    // What it brought counts by blocks from here on.
    this.http -= this.kept?.size ?? 0;
    this.kept = null;
    if (!this.ended) this.buffer?.restart();
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
    if (!this.kept) {
      this.kept = new KeptStream();
      this.buffer?.restart();
    }
    this.sayHead();
  }

  /** The response was whole. */
  completeStream() {
    const {size, pieces} = this.kept ?? new KeptStream();
    this.body = bodyOf(size, pieces, this.buffer);
    this.finish(sink => sink.complete());
  }

  // --- blocks --------------------------------------------------------------

  /** @param {import('./types.js').FileInfo} info @param {BlockStore} [store] for its blocks */
  onInfo(info, store = new MemoryStore(info)) {
    this.info = info;
    this.blocks = this.store = store;
    this.prepareBuffer();
    this.sink?.info(info);
  }

  /** All blocks are there. @param {BlockReader | null} blocks */
  serveFrom(blocks) {
    this.blocks = blocks;
    this.store = null;
  }

  /** The page has it already. @param {PageDownload} whole */
  completeLike({swarm, info, blocks}) {
    if (!info) return;
    this.swarm = swarm;
    this.onInfo(info);
    this.serveFrom(blocks);
    this.stored = info.size;
    this.complete();
  }

  /** @param {number} block @param {number} http @param {number} peers @param {number} stored bytes by source */
  commit(block, http, peers, stored) {
    // What has begun to come of a stored block is no block.
    if (stored) this.store?.discard(block, false);
    else this.store?.commit(block);
    this.forgetUnfinished(block);
    /** @param {Uint8Array} bytes */
    const arrive = bytes => {
      if (this.buffer && this.info && !this.ended) this.buffer.put(block * this.info.blockSize, bytes);
      this.http += http;
      this.peers += peers;
      this.stored += stored;
      this.deliverChunks();
      this.progress();
    };
    const bytes = this.store?.take(block, Boolean(this.buffer)) ?? NOTHING;
    if (bytes instanceof Promise) this.await(bytes, arrive);
    else arrive(bytes);
  }

  /** It is not complete before this is here. @template T @param {Promise<T>} what @param {(what: T) => void} arrive */
  await(what, arrive) {
    this.awaited++;
    // Bytes that can't be read are lost, and will be committed again.
    what.then(arrive, () => {}).then(() => {
      if (--this.awaited === 0 && this.completed) this.complete();
    });
  }

  /** A block that was committed is not there any more. */
  onLost() {
    this.completed = false;
  }

  /**
   * @param {number} block that was not right
   * @returns {boolean} whether the page has been shown bytes of it already, from
   *   the response as it came: then it must not be shown others behind them
   */
  onDiscard(block) {
    this.forgetUnfinished(block);
    return !this.ended && this.info !== null && block * this.info.blockSize < this.chunkBytes;
  }

  complete() {
    this.completed = true;
    if (this.ended || this.awaited > 0) return;
    if (this.blocks) this.body = this.blocks.body(this.buffer);
    this.speakFromInfo();
    this.deliverChunks();
    const loadedFS = Math.max(this.said.loadedFS, this.stored);
    const loadedHTTP = Math.min(Math.max(this.said.loadedHTTP, this.http), this.total - loadedFS);
    this.sayProgress({loadedHTTP, loadedP2P: this.total - loadedFS - loadedHTTP, loadedFS});
    this.finish(sink => sink.complete());
  }

  // --- the sink ------------------------------------------------------------

  /** Text grows on the page: with the response, or with whole blocks in order. */
  deliverChunks() {
    if (!this.options?.wantChunks || !this.headSaid || !this.sink) return;
    if (this.kept) {
      while (this.nextPiece < this.kept.pieces.length) this.chunk(this.kept.pieces[this.nextPiece++]);
      return;
    }
    const {blockSize, numOfBlocks} = this.info ?? {blockSize: 0, numOfBlocks: 0};
    for (; this.nextBlock < numOfBlocks; ++this.nextBlock) {
      // What the response brought before it was cut into blocks was shown.
      const shown = Math.max(0, this.chunkBytes - this.nextBlock * blockSize);
      const bytes = shown < blockSize && this.blocks?.read(this.nextBlock, shown, blockSize);
      if (bytes === false) continue;
      if (bytes instanceof Promise && !this.readsChunk) {
        this.readsChunk = true;
        this.await(bytes.finally(() => { this.readsChunk = false; }), read => {
          this.chunk(read);
          this.nextBlock++;
          this.deliverChunks();
        });
      }
      if (!(bytes instanceof Uint8Array)) return;
      this.chunk(bytes.slice());  // the page keeps it, the block may go to disk
    }
  }

  /** @param {Uint8Array} bytes */
  chunk(bytes) {
    this.chunkBytes += bytes.length;
    if (bytes.length > 0) this.sink?.chunk(bytes);
  }

  progress() {
    if (!this.headSaid) return;
    // Bytes of a block that failed are taken back by the core, but not from
    // the page: what was said never falls.
    const loadedHTTP = Math.max(this.said.loadedHTTP, this.http + this.unfinishedBytes);
    const loadedFS = Math.max(this.said.loadedFS, this.stored);
    const room = this.total < 0 ? Infinity : this.total - loadedHTTP - loadedFS;
    const loadedP2P = Math.max(this.said.loadedP2P, Math.min(this.peers, room));
    if (this.total >= 0 && loadedHTTP + loadedFS + loadedP2P > this.total) return;
    this.sayProgress({loadedHTTP, loadedP2P, loadedFS});
  }

  /** @param {Omit<import('./types.js').Progress, 'total'>} loaded */
  sayProgress(loaded) {
    this.said = {...loaded, total: this.total};
    this.sink?.progress(this.said);
  }

  /** @param {(sink: DownloadSink) => void} how it ended */
  finish(how) {
    const {sink} = this;
    if (!sink || this.ended) return;
    this.ended = true;
    // Whoever asked may still like to hear whom it serves, and with what.
    this.sink = {...SILENT, info: info => sink.info(info),
      swarmState: state => sink.swarmState(state)};
    how(sink);
  }

  /** A new owner for what was paused. @param {DownloadOptions} options @param {DownloadSink} sink */
  handOver(options, sink) {
    this.options = options;
    this.sink = this.owner = sink;
    this.paused = false;
    this.chunkBytes = this.nextBlock = 0;
  }

  /** Tells the new owner what the former has heard. */
  catchUp() {
    if (this.info) this.sink?.info(this.info);
    if (this.headSaid && this.head) this.sink?.head(this.head);
    this.deliverChunks();
    this.progress();
  }
}

/** @type {DownloadSink} */
const SILENT = {
  head() {}, info() {}, progress() {}, chunk() {}, swarmState() {},
  complete() {}, fail() {}, restart() {},
};
