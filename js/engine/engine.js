/**
 * The run loop of one page: carries what happens to the core, and carries out
 * what the core asks for. It decides nothing.
 *
 *   network, timers, page --input--> core --actions--> network, timers, page
 *
 * Each input's actions are carried out, in order, before the next input: what
 * happens meanwhile waits its turn.
 *
 * @module
 */
import {loadCore} from '../wasm/load.js';
import {HttpFetch} from '../net/http_fetch.js';
import {PeerConnection} from '../net/peer_connection.js';
import {TrackerSocket} from '../net/tracker_socket.js';
import {FileStore} from '../store/file_store.js';
import {bytesOfHex, Core} from './core.js';
import {browser, network} from './environment.js';
import {failureOf} from './failures.js';
import {fetchManifest} from './manifest.js';
import {readActions} from './output.js';
import {PageDownload} from './page_download.js';
import {headOf, versionOf} from './response_head.js';
import {hashFile} from './share.js';

/** @typedef {import('./types.js').DownloadSink} DownloadSink */
/** @typedef {import('./types.js').DownloadOptions} DownloadOptions */
/** @typedef {import('./types.js').GlobalOptions} GlobalOptions */

/** Numbers of core/swarm/options.h. */
const MODES = ['hybrid', 'p2p', 'http'];
const STRATEGIES = ['aggressive', 'server-friendly', 'p2p-friendly'];
/** PlainMode::kRestart of core/swarm/actions.h. */
const RESTART = 1;

const DATA_TAG = 0x11;
const DATA_HEADER = 13;
const FRAME_HEADER = 5;
/** More than this in one control message is never meant well. */
const MAX_CONTROL_MESSAGE = 1 << 20;
/** Without swarms for so long, the tracker's socket is closed. */
const IDLE_MS = 30_000;
/** The longest a browser's timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const DEFAULT_MAX_PEERS = 30;

export class PageEngine {
  /** @param {Core} core @param {GlobalOptions} options */
  constructor(core, options) {
    this.core = core;
    this.options = {...options};
    /** @type {Map<number, PageDownload>} by swarm handle */
    this.downloads = new Map();
    /** @type {Map<number, PeerConnection>} */
    this.peers = new Map();
    /** @type {Map<number, {http: HttpFetch, download: PageDownload}>} */
    this.fetches = new Map();
    /** @type {Set<number>} peers whose bufferedAmount the core should hear of */
    this.sentTo = new Set();
    /** @type {RTCIceServer[]} */
    this.trackerIceServers = [];
    this.tracker = options.tracker ? new TrackerSocket(options.tracker, {
      up: () => this.input(client => client.tracker(now(), true)),
      down: () => this.input(client => client.tracker(now(), false)),
      message: bytes => this.input(client => {
        this.core.put(bytes);
        return client.trackerMessage(now(), bytes.length);
      }),
    }) : null;

    /** @type {((client: any) => number)[]} inputs that wait for their turn */
    this.waiting = [];
    this.busy = false;
    /** @type {Uint8Array} the bytes that the input being handled is about */
    this.source = new Uint8Array(0);
    this.sourceIsHttp = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.deadline = Infinity;
    this.armedFor = Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.idle = undefined;
    /** @type {Promise<boolean> | null} */
    this.consent = null;

    core.begin({...browser(), token: options.token ?? ''});
    this.applyOptions();
    if (!this.tracker) this.input(client => client.tracker(now(), false));
    network.onchange(() => this.applyOptions());
    globalThis.addEventListener?.('pagehide', event => {
      if (!event.persisted) this.shutDown();
    });
  }

  // --- the page ----------------------------------------------------------------

  /** @param {DownloadOptions} options @param {DownloadSink} sink */
  download(options, sink) {
    const paused = this.pausedTwin(options);
    if (paused) {
      options.early?.cancel();  // it goes on with what is missing
      return this.resume(paused, sink);
    }
    const download = new PageDownload(options, sink);
    // Not before the caller has the handle: sinks are never called from here.
    queueMicrotask(() => this.open(download));
    return this.handleOf(download);
  }

  /** @param {DownloadOptions} options */
  pausedTwin({url, swarmId}) {
    for (const download of this.downloads.values()) {
      if (!download.paused || download.plain) continue;
      const {options, info} = download;
      if (url ? options?.url === url : swarmId && info?.swarmId === swarmId) return download;
    }
    return null;
  }

  /** @param {PageDownload} download @param {DownloadSink} sink */
  resume(download, sink) {
    download.sink = sink;
    download.paused = false;
    queueMicrotask(() => {
      if (download.headSaid && download.head) sink.head(download.head);
      if (download.info) sink.info(download.info);
      download.nextChunk = download.chunkBytes = 0;
      download.deliverChunks();
      download.progress();
      this.input(client => client.resume(now(), download.swarm));
    });
    return this.handleOf(download);
  }

  /** @param {PageDownload} download @returns {import('./types.js').Download} */
  handleOf(download) {
    return {
      get info() {
        return download.info;
      },
      get body() {
        return download.body;
      },
      pause: () => this.pause(download),
      leave: () => this.leave(download),
      setPlayback: (position, rate) => this.input(client =>
        client.playback(now(), download.swarm, position, now(), rate)),
    };
  }

  /** @param {PageDownload} download */
  async open(download) {
    if (!download.sink) return;
    const options = /** @type {DownloadOptions} */ (download.options);
    const consent = await this.askConsent();
    if (!download.sink) return;
    if (!consent && !options.url) {
      download.finish(s => s.fail(failureOf('aborted')));
      return;
    }
    const mode = consent ? options.downloadMode : 'http';
    if (consent) this.tracker?.open();
    clearTimeout(this.idle);
    const id = options.swarmId ?? options.integrity;
    this.input(client => {
      const [, urlLength] = this.core.put(
        id ? bytesOfHex(id) : new Uint8Array(32), options.url ?? '');
      const length = client.open(now(), urlLength, Boolean(id), MODES.indexOf(mode),
        STRATEGIES.indexOf(options.strategy), options.minSize, Boolean(options.manifest));
      download.swarm = client.swarm();
      this.downloads.set(download.swarm, download);
      return length;
    });
    if (options.manifest) this.useManifest(download, options.manifest);
  }

  /** @param {PageDownload} download @param {string} url */
  async useManifest(download, url) {
    const frame = await fetchManifest(url) ?? new Uint8Array(0);
    if (!this.downloads.has(download.swarm)) return;
    this.input(client => {
      this.core.put(frame);
      return client.manifest(now(), download.swarm, frame.length);
    });
  }

  /** @returns {Promise<boolean>} whether peers and tracker may be contacted */
  askConsent() {
    this.consent ??= (async () => this.options.consent ? this.options.consent() : true)()
      .catch(() => false);
    return this.consent;
  }

  /** @param {Blob} file @param {{name: string, type: string}} about @param {DownloadSink} sink */
  share(file, {name, type}, sink) {
    const download = new PageDownload(null, sink);
    (async () => {
      if (!await this.askConsent()) {
        download.finish(s => s.fail(failureOf('aborted')));
        return;
      }
      const blockSize = this.core.defaultBlockSize(file.size);
      const frame = await hashFile(this.core, file, {name, type, blockSize},
        loaded => download.sink?.progress(
          {loadedHTTP: 0, loadedP2P: 0, loadedFS: loaded, total: file.size}),
        () => download.sink === null);
      if (frame) this.publish(download, file, blockSize, frame);
    })().catch(error => download.finish(s => s.fail({code: 'write',
      message: `The file could not be read (${error?.message ?? error}); ` +
        'it may have been changed or removed since it was chosen.'})));
    return this.handleOf(download);
  }

  /** @param {PageDownload} download @param {Blob} file @param {number} blockSize @param {Uint8Array} frame */
  publish(download, file, blockSize, frame) {
    if (!download.sink) return;
    this.tracker?.open();
    clearTimeout(this.idle);
    this.input(client => {
      this.core.put(frame);
      const length = client.share(now(), frame.length);
      download.swarm = client.swarm();
      this.downloads.set(download.swarm, download);
      return length;
    });
    const info = this.core.info(download.swarm);
    if (!info) throw new Error('its FileInfo was not accepted');
    const store = new FileStore(file, blockSize);
    download.onInfo(info, store);
    download.completed = true;
    download.body = store.body();
    download.speakFromInfo();
    download.finish(s => s.complete());
  }

  /** @param {PageDownload} download */
  pause(download) {
    download.sink = null;
    download.options?.early?.cancel();
    if (!this.downloads.has(download.swarm)) return;
    if (download.completed || download.ended) return;  // it goes on serving
    if (download.plain || !download.info) return this.leave(download);
    download.paused = true;
    this.input(client => client.pause(now(), download.swarm));
  }

  /** @param {PageDownload} download */
  leave(download) {
    download.sink = null;
    download.options?.early?.cancel();
    if (!this.downloads.has(download.swarm)) return;
    this.input(client => client.close(now(), download.swarm));
    this.forget(download);
  }

  /** @param {PageDownload} download */
  forget(download) {
    for (const [handle, fetch] of this.fetches) {
      if (fetch.download !== download) continue;
      fetch.http.abort();
      this.fetches.delete(handle);
    }
    this.downloads.delete(download.swarm);
    if (this.downloads.size > 0) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.tracker?.close(), IDLE_MS);
  }

  /** @param {GlobalOptions} options */
  setOptions(options) {
    Object.assign(this.options, options);
    this.applyOptions();
  }

  applyOptions() {
    const {uploads = true, upLinkLimit = 0, downLinkLimit = 0,
      maxPeers = DEFAULT_MAX_PEERS} = this.options;
    const {cellular, saveData} = network.state();
    this.input(client => client.setOptions(now(), uploads && !cellular && !saveData,
      cellular, upLinkLimit, downLinkLimit, maxPeers));
  }

  shutDown() {
    for (const peer of this.peers.values()) peer.close();
    this.tracker?.close();
  }

  // --- the loop ----------------------------------------------------------------

  /**
   * @param {(client: any) => number} call into the core; returns its output's length
   * @param {Uint8Array} [source] bytes that Store actions are about
   * @param {boolean} [isHttp] whether the origin sent them, not a peer
   */
  input(call, source, isHttp = false) {
    this.waiting.push(source ? client => {
      this.source = source;
      this.sourceIsHttp = isHttp;
      return call(client);
    } : call);
    if (this.busy) return;
    this.busy = true;
    try {
      for (;;) {
        const next = this.waiting.shift();
        if (next) {
          this.handle(next);
        } else if (!this.reportBuffered()) {
          break;
        }
      }
    } finally {
      this.busy = false;
    }
    this.arm();
  }

  /** @param {(client: any) => number} call */
  handle(call) {
    const reader = this.core.out(call(this.core.client));
    this.deadline = reader.f64();
    if (reader.done) return;
    for (const {name, args} of readActions(reader)) {
      /** @type {any} */ (this)[`do_${name}`](...args);
    }
  }

  arm() {
    // A timer that is early is cheap; one too late is not: so only a nearer
    // deadline replaces the one that is armed.
    if (this.armedFor <= this.deadline && this.armedFor > now()) return;
    clearTimeout(this.timer);
    this.armedFor = this.deadline;
    if (this.deadline === Infinity) return;
    const wait = Math.min(Math.max(0, this.deadline - now()), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.armedFor = Infinity;
      this.input(client => client.advance(now()));
    }, wait);
  }

  /** Tells the core how full the channels are that it has sent to. */
  reportBuffered() {
    if (this.sentTo.size === 0) return false;
    for (const handle of this.sentTo) {
      const peer = this.peers.get(handle);
      if (peer) this.waiting.push(client => client.peerBuffered(now(), handle, peer.bufferedAmount));
    }
    this.sentTo.clear();
    return true;
  }

  // --- actions: connections ------------------------------------------------------

  /** @param {number} handle @param {boolean} offer */
  do_connect(handle, offer) {
    const {iceServers = this.trackerIceServers, iceTransportPolicy = 'all',
      channel = 'UNORDERED_RELIABLE'} = this.options;
    const peer = new PeerConnection(
      {offer, kind: channel, config: {iceServers, iceTransportPolicy}}, {
        up: (maxMessage, reliable) =>
          this.input(client => client.peerUp(now(), handle, maxMessage, reliable)),
        down: () => {
          this.peers.delete(handle);
          this.input(client => client.peerDown(now(), handle));
        },
        message: bytes => this.onPeerMessage(handle, bytes),
        signal: (kind, text) => this.input(client => {
          const [length] = this.core.put(text);
          return client.signal(now(), handle, kind, length);
        }),
        buffered: bytes => this.input(client => client.peerBuffered(now(), handle, bytes)),
      });
    this.peers.set(handle, peer);
  }

  /** @param {number} handle @param {Uint8Array} bytes */
  onPeerMessage(handle, bytes) {
    if (now() >= this.deadline) this.input(client => client.advance(now()));
    const isData = bytes.length >= DATA_HEADER && bytes[0] === DATA_TAG &&
      new DataView(bytes.buffer, bytes.byteOffset).getUint32(1) === bytes.length - FRAME_HEADER;
    const head = isData ? bytes.subarray(0, DATA_HEADER)
      : bytes.subarray(0, MAX_CONTROL_MESSAGE);
    this.input(client => {
      this.core.put(head);
      return client.peerMessage(now(), handle, head.length, bytes.length);
    }, bytes);
  }

  /** @param {number} handle @param {number} kind @param {string} text */
  do_remoteSignal(handle, kind, text) {
    this.peers.get(handle)?.signal(kind, text);
  }

  /** @param {number} handle */
  do_disconnect(handle) {
    this.peers.get(handle)?.close();
    this.peers.delete(handle);
  }

  /** @param {number} handle @param {Uint8Array} message */
  do_send(handle, message) {
    this.peers.get(handle)?.send(message);
  }

  /**
   * @param {number} handle @param {number} swarm @param {number} prefix @param {number} chunk
   * @param {number} block @param {number} offset @param {number} length
   */
  do_sendData(handle, swarm, prefix, chunk, block, offset, length) {
    const bytes = this.downloads.get(swarm)?.store.read(block, offset, length);
    if (!bytes) return;
    this.sentTo.add(handle);
    const send = payload => {
      const message = new Uint8Array(DATA_HEADER + length);
      const view = new DataView(message.buffer);
      view.setUint8(0, DATA_TAG);
      view.setUint32(1, length + DATA_HEADER - FRAME_HEADER);
      view.setUint32(5, prefix);
      view.setUint32(9, chunk);
      message.set(payload, DATA_HEADER);
      this.peers.get(handle)?.send(message);
    };
    if (bytes instanceof Uint8Array) return send(bytes);
    bytes.then(payload => {
      send(payload);
      this.sentTo.add(handle);
      this.input(client => client.advance(now()));
    }, () => this.input(client => client.blockLost(now(), swarm, block)));
  }

  /** @param {{url: string, username: string, credential: string}[]} servers */
  do_useIceServers(servers) {
    this.trackerIceServers = servers.map(({url, username, credential}) =>
      username ? {urls: url, username, credential} : {urls: url});
  }

  /** @param {Uint8Array} message */
  do_sendTracker(message) {
    this.tracker?.send(message);
  }

  // --- actions: HTTP ---------------------------------------------------------------

  /** @param {number} handle @param {number} swarm @param {number} first @param {number} last */
  do_fetch(handle, swarm, first, last) {
    const download = this.downloads.get(swarm);
    if (!download?.options?.url) return;
    const {url, headers, early} = download.options;
    const http = new HttpFetch({url, headers, first, last, early}, {
      head: response => this.onFetchHead(handle, download, response, first),
      bytes: bytes => this.onFetchBytes(handle, download, bytes),
      end: ok => this.onFetchEnd(handle, download, ok),
    });
    this.fetches.set(handle, {http, download});
  }

  /** @param {number} handle @param {PageDownload} download @param {Response} response @param {number} first */
  onFetchHead(handle, download, response, first) {
    const {status, first: start, total, shareable, etag, lastModified} =
      versionOf(response, first);
    if (first === 0 && status !== 206) download.onHead(headOf(response), false);
    this.input(client => {
      const [etagLength, modifiedLength] = this.core.put(etag, lastModified);
      return client.fetchHead(now(), handle, status, start, total, shareable,
        etagLength, modifiedLength);
    });
  }

  /** @param {number} handle @param {PageDownload} download @param {Uint8Array} bytes */
  onFetchBytes(handle, download, bytes) {
    if (!download.info || download.plain) download.keep(bytes);
    if (download.plain) return;
    this.input(client => client.fetchBytes(now(), handle, bytes.length), bytes, true);
    download.progress();
  }

  /** @param {number} handle @param {PageDownload} download @param {boolean} ok */
  onFetchEnd(handle, download, ok) {
    this.fetches.delete(handle);
    if (download.plain && !ok) {
      download.finish(sink => sink.fail(failureOf('network', download.options?.url)));
      this.forget(download);
    } else if (download.plain) {
      download.finishPlain();
      this.forget(download);
    } else {
      download.streamEnded = ok && !download.info;
      this.input(client => client.fetchEnd(now(), handle, ok));
    }
  }

  /** @param {number} handle */
  do_abortFetch(handle) {
    this.fetches.get(handle)?.http.abort();
    this.fetches.delete(handle);
  }
  /** @param {number} handle */
  do_pauseFetch(handle) {
    this.fetches.get(handle)?.http.pause();
  }
  /** @param {number} handle */
  do_resumeFetch(handle) {
    this.fetches.get(handle)?.http.resume();
  }

  // --- actions: bytes ----------------------------------------------------------------

  /** @param {number} swarm @param {number} block @param {number} to @param {number} from @param {number} length */
  do_store(swarm, block, to, from, length) {
    const download = this.downloads.get(swarm);
    if (!download?.store) return;
    download.store.part(block).set(this.source.subarray(from, from + length), to);
    // Peers' bytes count once their block is right.
    if (this.sourceIsHttp) download.countUnfinished(block, length);
  }

  /** @param {number} swarm @param {number} block @param {number} to @param {number} from @param {number} length */
  do_storeKept(swarm, block, to, from, length) {
    this.downloads.get(swarm)?.storeKept(block, to, from, length);
  }

  /** @param {number} swarm */
  do_dropKept(swarm) {
    this.downloads.get(swarm)?.dropKept();
  }

  /** @param {number} swarm @param {number} block */
  do_verify(swarm, block) {
    const download = this.downloads.get(swarm);
    if (!download) return;
    this.core.hash(download.store.part(block)).then(digest => this.input(client => {
      this.core.put(digest);
      return client.digest(now(), swarm, block);
    }));
  }

  /** @param {number} swarm @param {number} block @param {number} http @param {number} peers @param {number} stored */
  do_commit(swarm, block, http, peers, stored) {
    this.downloads.get(swarm)?.commit(block, http, peers, stored);
  }

  /** @param {number} swarm @param {number} block @param {boolean} keepSuspect */
  do_discard(swarm, block, keepSuspect) {
    const download = this.downloads.get(swarm);
    download?.store.discard(block, keepSuspect);
    download?.forgetUnfinished(block);
  }

  /** @param {number} swarm @param {number} block */
  do_compareSuspect(swarm, block) {
    for (const chunk of this.downloads.get(swarm)?.store.differences(block) ?? []) {
      this.input(client => client.suspectChunk(now(), swarm, block, chunk));
    }
  }

  /** @param {number} swarm @param {number} block */
  do_dropSuspect(swarm, block) {
    this.downloads.get(swarm)?.store.dropSuspect(block);
  }

  // --- actions: what the page is told ---------------------------------------------------

  /** @param {number} swarm */
  do_infoReady(swarm) {
    const info = this.core.info(swarm);
    if (info) this.downloads.get(swarm)?.onInfo(info);
  }

  /** @param {number} swarm */
  do_headFromInfo(swarm) {
    this.downloads.get(swarm)?.speakFromInfo();
  }

  /** @param {number} swarm */
  do_streamComplete(swarm) {
    this.downloads.get(swarm)?.finishPlain();
  }

  /** @param {number} swarm */
  do_completed(swarm) {
    this.downloads.get(swarm)?.complete();
  }

  /** @param {number} swarm @param {number} mode */
  do_goPlain(swarm, mode) {
    const download = this.downloads.get(swarm);
    if (!download) return;
    if (mode === RESTART) {
      download.finish(sink => sink.restart());
      this.forget(download);
    } else {
      download.goPlain();
      if (download.ended) this.forget(download);
    }
  }

  /** @param {number} swarm @param {number} reason */
  do_fail(swarm, reason) {
    const download = this.downloads.get(swarm);
    if (!download) return;
    download.finish(sink => sink.fail(failureOf(reason, download.options?.url)));
    this.forget(download);
  }

  /** @param {number} swarm @param {number} peers @param {number} uploaded */
  do_swarmState(swarm, peers, uploaded) {
    this.downloads.get(swarm)?.sink?.swarmState({numOfPeers: peers, uploaded});
  }
}

const now = () => performance.now();

/**
 * An engine for these options, the wasm loaded.
 *
 * @param {GlobalOptions} options
 * @returns {Promise<PageEngine>}
 */
export async function getEngine(options) {
  return new PageEngine(new Core(await loadCore(options.wasmUrl)), options);
}
