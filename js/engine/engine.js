/**
 * One engine a page and tracker: what requests ask of it, and what the core
 * tells their owners. It decides nothing; the core does.
 *
 * ```
 *   Request ──download, share──► PageEngine ──inputs──► RunLoop ◄──► core (wasm)
 *      ▲                          │  ▲                    │ actions
 *      └──────── sink ◄───────────┘  └────────────────────┤
 *                                                         ├──► Connections, Fetches
 *                                                         └──► Blocks, Offline
 * ```
 *
 * @module
 */
import {TrackerSocket} from '../net/tracker_socket.js';
import {FileStore} from '../store/file_store.js';
import {loadCore} from '../wasm/load.js';
import {storage} from '../store/storage.js';
import {Blocks} from './blocks.js';
import {Connections} from './connections.js';
import {bytesOfHex, Core} from './core.js';
import {browser, network} from './environment.js';
import {failureOf} from './failures.js';
import {Fetches} from './fetches.js';
import {fetchManifest} from './manifest.js';
import {Offline} from './offline.js';
import {PageDownload} from './page_download.js';
import {now, RunLoop} from './run_loop.js';
import {hashFile} from './share.js';

/** @typedef {import('./types.js').DownloadSink} DownloadSink */
/** @typedef {import('./types.js').DownloadOptions} DownloadOptions */
/** @typedef {import('./types.js').GlobalOptions} GlobalOptions */

/** kMaxBlocks of core/content/layout.h. */
const MAX_BLOCKS = 2 ** 20;
/** Numbers of core/swarm/options.h. */
const MODES = ['hybrid', 'p2p', 'http'];
const STRATEGIES = ['aggressive', 'server-friendly', 'p2p-friendly'];
/** PlainMode::kRestart of core/swarm/actions.h. */
const RESTART = 1;
/** Of PlainReason: what is stored is not what the origin lets be stored. */
const WRONG_VERSION = new Set([1, 3, 4]);

/** Without swarms for so long, the tracker's socket is closed. */
const IDLE_MS = 30_000;
/** A tracker vouches for 1 MiB of hashes at most; what is longer it did not mean. */
const MAX_TRACKER_MESSAGE = 4 << 20;
/**
 * What downloads that have ended or are paused may keep in memory. Past it the
 * oldest leaves: a page that plays segments would fill up otherwise.
 */
const MAX_SEEDED_BYTES = 256 << 20;

export class PageEngine {
  /** @param {Core} core @param {GlobalOptions} options */
  constructor(core, options) {
    this.core = core;
    this.options = {...options};
    /** @type {Map<number, PageDownload>} by swarm handle, oldest first */
    this.downloads = new Map();
    this.loop = new RunLoop(core, {
      quiet: () => this.connections.tellAllBuffered(),
      broken: error => this.onBroken(error),
    });
    this.connections = new Connections(this.loop, this.options, this.downloads);
    this.fetches = new Fetches(this.loop, this.downloads,
      (download, ok) => this.onPlainEnd(download, ok),
      download => this.end(download, sink => sink.fail(failureOf('network', download.options?.url))));
    this.blocks = new Blocks(this.loop, this.downloads,
      download => this.end(download, sink => sink.restart()));
    this.offline = new Offline(this.loop, this.options, this.blocks, {
      leave: download => this.leave(download),
      giveUp: (download, failure) => this.end(download, sink =>
        download.options?.downloadMode === 'hybrid' ? sink.restart() : sink.fail(failureOf(failure))),
    });
    this.loop.actors = {connections: this.connections, fetches: this.fetches,
      blocks: this.blocks, page: this, offline: this.offline};
    this.tracker = options.tracker ? this.socketTo(options.tracker) : null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.idle = undefined;
    /** @type {boolean | null} whether peers and tracker may be contacted; null: not known yet */
    this.allowed = null;
    /** @type {Promise<boolean> | null} */
    this.consent = null;

    core.begin(browser());
    this.applyOptions();
    if (!this.tracker) this.loop.input(client => client.tracker(now(), false));
    network.onchange(() => this.applyOptions());
    globalThis.addEventListener?.('pagehide', event => {
      if (!event.persisted) this.shutDown();
    });
  }

  /** @param {string} url */
  socketTo(url) {
    return new TrackerSocket(url, {
      up: () => this.loop.input(client => client.tracker(now(), true)),
      down: () => this.loop.input(client => client.tracker(now(), false)),
      message: bytes => {
        if (bytes.length > MAX_TRACKER_MESSAGE) return;
        this.loop.input(client => {
          this.core.put(bytes);
          return client.trackerMessage(now(), bytes.length);
        });
      },
    });
  }

  // --- what requests ask for -----------------------------------------------

  /** @param {DownloadOptions} options @param {DownloadSink} sink @returns {import('./types.js').Download} */
  download(options, sink) {
    const paused = this.pausedTwin(options);
    if (paused) options.early?.cancel();  // it goes on with what is missing
    const download = paused ?? new PageDownload(options, sink);
    if (paused) paused.handOver(options, sink);
    // Not before the caller has the handle: sinks are never called from here.
    queueMicrotask(() => {
      if (download.sink !== sink) return;
      if (this.loop.isBroken) return download.finish(s => s.restart());
      const whole = this.wholeTwin(options);
      if (whole) download.completeLike(whole);
      else if (paused) this.resume(paused);
      else this.open(download, options);
    });
    return this.handleOf(download);
  }

  /** What was paused and would be done in the same way. @param {DownloadOptions} options */
  pausedTwin(options) {
    /** @param {DownloadOptions | null} o */
    const asked = o => o && JSON.stringify([o.url, o.swarmId, o.integrity, o.downloadMode,
      o.strategy, o.manifest, o.headers]);
    return [...this.downloads.values()].find(
      ({paused, options: theirs}) => paused && asked(theirs) === asked(options)) ?? null;
  }

  /**
   * What this page has whole is not asked of peers again. Where there is an
   * origin, that may have another version by now.
   *
   * @param {DownloadOptions} options
   */
  wholeTwin({url, swarmId, downloadMode}) {
    if (downloadMode !== 'p2p') return null;
    return [...this.downloads.values()].find(({completed, info, options: theirs}) => completed &&
      (swarmId ? info?.swarmId === swarmId : url && theirs?.url === url)) ?? null;
  }

  /** @param {PageDownload} download */
  resume(download) {
    this.contact();
    download.catchUp();
    this.loop.input(client => client.resume(now(), download.swarm));
    this.offline.join(download);
  }

  /** @param {PageDownload} download @returns {import('./types.js').Download} */
  handleOf(download) {
    // A former owner's handle must not stop what another has resumed.
    const {owner} = download;
    const isMine = () => download.owner === owner;
    return {
      get info() {
        return download.info;
      },
      get body() {
        return download.body;
      },
      downloaders: () => [...download.sentTo].map(([id, uploaded]) => ({id, uploaded,
        progress: this.core.client.peerBlocks(download.swarm, id) / (download.info?.numOfBlocks || 1),
        connected: this.connections.peers.has(id)})),
      pause: () => isMine() && this.pause(download),
      leave: () => isMine() && this.leave(download),
      setPlayback: (position, rate) => this.loop.input(client =>
        client.playback(now(), download.swarm, position, now(), rate)),
    };
  }

  /** @param {PageDownload} download @param {DownloadOptions} options */
  async open(download, options) {
    const {url, swarmId, integrity, downloadMode, strategy, minSize, manifest} = options;
    // HTTP need not wait for the answer, P2P alone has to.
    const asked = this.askConsent();
    if (this.allowed === null && !url) await asked;
    if (!download.sink) return;
    if (this.allowed === false && downloadMode === 'p2p') {
      return download.finish(s => s.fail(failureOf('aborted')));
    }
    const mode = this.allowed === false ? 'http' : downloadMode;
    const id = swarmId ?? integrity;
    const stored = await this.offline.find({id, url});
    if (!download.sink) return;
    this.start(download, client => {
      const [, urlLength] = this.core.put(id ? bytesOfHex(id) : new Uint8Array(32), url ?? '');
      return client.open(now(), urlLength, Boolean(id), MODES.indexOf(mode),
        STRATEGIES.indexOf(strategy), minSize, Boolean(manifest));
    });
    if (stored) this.offline.offer(download, stored);
    if (manifest) this.useManifest(download, manifest);
  }

  /** @param {PageDownload} download @param {import('./run_loop.js').Call} call that opens its swarm */
  start(download, call) {
    this.contact();
    this.loop.input(client => {
      const output = call(client);
      download.swarm = client.swarm();
      this.downloads.set(download.swarm, download);
      return output;
    });
  }

  /** @param {PageDownload} download @param {string} url */
  async useManifest(download, url) {
    const frame = await fetchManifest(url) ?? new Uint8Array(0);
    if (!this.downloads.has(download.swarm)) return;
    this.loop.input(client => {
      this.core.put(frame);
      return client.manifest(now(), download.swarm, frame.length);
    });
  }

  /** @param {Blob} file @param {{name: string, type: string}} about @param {DownloadSink} sink */
  share(file, about, sink) {
    const download = new PageDownload(null, sink);
    this.publish(download, file, about).catch(error => download.finish(s => s.fail({
      code: 'write', message: `The file could not be read (${error?.message ?? error}); ` +
        'it may have been changed or removed since it was chosen.'})));
    return this.handleOf(download);
  }

  /** @param {PageDownload} download @param {Blob} file @param {{name: string, type: string}} about */
  async publish(download, file, about) {
    if (!await this.askConsent()) return download.finish(s => s.fail(failureOf('aborted')));
    const blockSize = this.core.defaultBlockSize(file.size);
    if (file.size > blockSize * MAX_BLOCKS) return download.finish(s => s.fail(failureOf('file-size')));
    const frame = await hashFile(this.core, file, {...about, blockSize},
      loaded => download.sayProgress({loadedHTTP: 0, loadedP2P: 0, loadedFS: loaded}),
      () => download.sink === null);
    if (!frame) return;
    if (frame.length === 0) return download.finish(s => s.fail(failureOf('file-size')));
    if (this.loop.isBroken) return download.finish(s => s.restart());
    this.start(download, client => {
      this.core.put(frame);
      return client.share(now(), frame.length);
    });
    const info = this.core.info(download.swarm);
    if (!info) throw new Error('its FileInfo was refused');
    download.onInfo(info);
    download.serveFrom(new FileStore(file, blockSize));
    download.stored = file.size;
    download.complete();
  }

  /** @param {PageDownload} download */
  pause(download) {
    download.sink = null;
    download.options?.early?.cancel();
    if (!this.downloads.has(download.swarm)) return;
    if (download.ended && !download.plain) return;  // it goes on serving
    if (download.plain || !download.info) return this.leave(download);
    download.paused = true;
    this.offline.pause(download);
    this.loop.input(client => client.pause(now(), download.swarm));
    this.prune();
  }

  /** @param {PageDownload} download */
  leave(download) {
    download.sink = null;
    download.options?.early?.cancel();
    download.sentTo.clear();
    if (!this.downloads.delete(download.swarm)) return;
    this.fetches.drop(download);
    this.offline.drop(download);
    this.loop.input(client => client.close(now(), download.swarm));
    if (this.downloads.size > 0) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.tracker?.close(), IDLE_MS);
  }

  /** It has ended, and has nothing for the swarm. @param {PageDownload} download @param {(sink: DownloadSink) => void} how */
  end(download, how) {
    download.finish(how);
    this.leave(download);
  }

  // --- settings, consent ---------------------------------------------------

  /** @param {GlobalOptions} options */
  setOptions(options) {
    Object.assign(this.options, options);
    if ('consent' in options) this.consent = this.allowed = null;
    this.applyOptions();
  }

  applyOptions() {
    const {uploads = true, upLinkLimit = 0, downLinkLimit = 0,
      maxPeers = -1, token = ''} = this.options;
    const {cellular, saveData} = network.state();
    if (this.options.spaceReqPrompt) storage.persist();
    this.loop.input(client => {
      const [tokenLength] = this.core.put(token);
      return client.setOptions(now(), uploads && !cellular && !saveData, cellular,
        upLinkLimit, downLinkLimit, maxPeers, tokenLength);
    });
  }

  /** Asked once, before the first contact. @returns {Promise<boolean>} */
  askConsent() {
    const {consent} = this.options;
    if (!consent) this.allowed = true;
    this.consent ??= (async () => consent ? consent() : true)().catch(() => false).then(answer => {
      this.allowed = Boolean(answer);
      if (this.allowed) this.contact();
      else this.loop.input(client => client.tracker(now(), false));
      return this.allowed;
    });
    return this.consent;
  }

  /** Calls the tracker, if that is allowed. */
  contact() {
    clearTimeout(this.idle);
    if (this.allowed) this.tracker?.open();
  }

  shutDown() {
    this.connections.close();
    this.tracker?.close();
  }

  /** The core can't go on: HTTP can. @param {unknown} error */
  onBroken(error) {
    console.warn('peer5: its engine has failed; downloads go on by HTTP only.', error);
    this.shutDown();
    for (const download of this.downloads.values()) {
      this.end(download, sink => sink.restart());
    }
  }

  // --- actions: the tracker ------------------------------------------------

  /** @param {Uint8Array} message */
  sendTracker(message) {
    this.tracker?.send(message);
  }

  // --- actions: what owners are told ---------------------------------------

  /** @param {number} swarm */
  infoReady(swarm) {
    const download = this.downloads.get(swarm);
    const info = this.core.info(swarm);
    if (!download || !info) return;
    download.onInfo(info, this.offline.storeFor(download, info));
    this.blocks.adoptFromTwins(download);
    if (download.store) this.offline.join(download);
    else this.offline.drop(download);
  }

  /** @param {number} swarm */
  headFromInfo(swarm) {
    const download = this.downloads.get(swarm);
    if (download?.refusal) download.await(download.refusal, () => download.speakFromInfo());
    else download?.speakFromInfo();
  }

  /** @param {number} swarm */
  completed(swarm) {
    this.downloads.get(swarm)?.complete();
    this.prune();
  }

  /** @param {number} swarm @param {number} mode @param {number} reason PlainReason */
  goPlain(swarm, mode, reason) {
    const download = this.downloads.get(swarm);
    if (!download) return;
    if (WRONG_VERSION.has(reason)) this.offline.forget(download);
    if (mode === RESTART) return this.end(download, sink => sink.restart());
    if (download.ended) return this.leave(download);
    download.goPlain();
    if (download.streamEnded) this.onPlainEnd(download, true);
  }

  /** The page has what it wants; others may still get it. @param {number} swarm */
  streamComplete(swarm) {
    this.downloads.get(swarm)?.completeStream();
  }

  /** @param {PageDownload} download @param {boolean} ok */
  onPlainEnd(download, ok) {
    if (ok) download.completeStream();
    else download.finish(sink => sink.fail(failureOf('network', download.options?.url)));
    this.leave(download);
  }

  /** @param {number} swarm @param {number} reason FailReason */
  fail(swarm, reason) {
    const download = this.downloads.get(swarm);
    if (download) this.end(download, sink => sink.fail(failureOf(reason, download.options?.url)));
  }

  /** @param {number} swarm @param {number} peers @param {number} uploaded */
  swarmState(swarm, peers, uploaded) {
    this.downloads.get(swarm)?.sink?.swarmState({numOfPeers: peers, uploaded});
  }

  /** Leaves the oldest swarms whose bytes are only kept, for others or for later. */
  prune() {
    const kept = [...this.downloads.values()].filter(
      ({ended, paused, options}) => options && (ended || paused));
    let bytes = kept.reduce((sum, {store}) => sum + (store?.bytesInMemory ?? 0), 0);
    for (const download of kept.slice(0, -1)) {
      if (bytes <= MAX_SEEDED_BYTES) return;
      bytes -= download.store?.bytesInMemory ?? 0;
      this.leave(download);
    }
  }
}

/**
 * An engine for these options, the wasm loaded.
 *
 * @param {GlobalOptions} options
 * @returns {Promise<PageEngine>}
 */
export async function getEngine(options) {
  return new PageEngine(new Core(await loadCore(options.wasmUrl)), options);
}
