/**
 * Carries out what the core asks of its connections to other visitors.
 *
 * @module
 */
import {PeerConnection} from '../net/peer_connection.js';
import {FIREFOX, browser} from './environment.js';
import {now} from './run_loop.js';

/** core/wire/data.h: tag, length, swarm prefix, chunk. */
const DATA_TAG = 0x11;
const DATA_HEADER = 13;
const FRAME_HEADER = 5;
/** More than this in one control message is never meant well; the core sees it cut, and drops the peer. */
const MAX_CONTROL_MESSAGE = 1 << 20;

/**
 * Firefox collects a large download's messages only when they are some 60 MB:
 * it gets their memory back at once. Chromium collects more often the more such
 * memory there is, so that to free it there makes the page's memory grow.
 */
const FREES_MESSAGES = browser().vendor === FIREFOX;

/** @param {ArrayBufferLike & {transfer?: (length: number) => ArrayBuffer}} buffer that nobody uses any more */
const free = buffer => buffer.transfer?.(0);

/** @param {Uint8Array} message @returns {boolean} whether it is one Data and nothing else */
function isData(message) {
  const {buffer, byteOffset, length} = message;
  return length >= DATA_HEADER && message[0] === DATA_TAG &&
    new DataView(buffer, byteOffset).getUint32(1) === length - FRAME_HEADER;
}

/**
 * A Data message. One buffer serves for all: a channel copies what it is given.
 */
class DataMessage {
  constructor() {
    this.bytes = new Uint8Array(DATA_HEADER + 16 * 1024);
  }

  /** @param {number} prefix @param {number} chunk @param {Uint8Array} payload */
  of(prefix, chunk, payload) {
    const size = DATA_HEADER + payload.length;
    if (this.bytes.length < size) this.bytes = new Uint8Array(size);
    const view = new DataView(this.bytes.buffer);
    view.setUint8(0, DATA_TAG);
    view.setUint32(1, size - FRAME_HEADER);
    view.setUint32(5, prefix);
    view.setUint32(9, chunk);
    this.bytes.set(payload, DATA_HEADER);
    return this.bytes.subarray(0, size);
  }
}

export class Connections {
  /**
   * @param {import('./run_loop.js').RunLoop} loop
   * @param {import('./types.js').GlobalOptions} options as they are at any time
   * @param {Map<number, import('./page_download.js').PageDownload>} downloads by swarm handle
   */
  constructor(loop, options, downloads) {
    this.loop = loop;
    this.options = options;
    this.downloads = downloads;
    /** @type {Map<number, PeerConnection>} */
    this.peers = new Map();
    /** @type {RTCIceServer[]} */
    this.trackerIceServers = [];
    /** @type {Set<number>} peers whose bufferedAmount the core should hear of */
    this.sentTo = new Set();
    this.dataMessage = new DataMessage();
  }

  // --- actions -------------------------------------------------------------

  /** @param {number} handle @param {boolean} offer */
  connect(handle, offer) {
    const {iceServers = this.trackerIceServers, iceTransportPolicy = 'all',
      channel = 'UNORDERED_RELIABLE'} = this.options;
    this.peers.set(handle, new PeerConnection(
      {offer, kind: channel, config: {iceServers, iceTransportPolicy}}, {
        up: (maxMessage, reliable) => this.loop.input(
          client => client.peerUp(now(), handle, maxMessage, reliable)),
        down: () => {
          this.peers.delete(handle);
          this.loop.input(client => client.peerDown(now(), handle));
        },
        message: bytes => this.onMessage(handle, bytes),
        signal: (kind, text) => this.loop.input(client => {
          const [length] = this.loop.core.put(text);
          return client.signal(now(), handle, kind, length);
        }),
        buffered: () => this.tellBuffered(handle),
      }));
  }

  /** @param {number} handle @param {number} kind @param {string} text */
  remoteSignal(handle, kind, text) {
    this.peers.get(handle)?.signal(kind, text);
  }

  /** @param {number} handle */
  disconnect(handle) {
    this.peers.get(handle)?.close();
    this.peers.delete(handle);
  }

  /** @param {number} handle @param {Uint8Array} message */
  send(handle, message) {
    this.peers.get(handle)?.send(message);
  }

  /**
   * @param {number} handle @param {number} swarm @param {number} prefix @param {number} chunk
   * @param {number} block @param {number} offset @param {number} length
   */
  sendData(handle, swarm, prefix, chunk, block, offset, length) {
    const peer = this.peers.get(handle);
    const download = this.downloads.get(swarm);
    const bytes = download?.blocks?.read(block, offset, length);
    if (!peer || !download || !bytes) return;
    download.sentTo.set(handle, (download.sentTo.get(handle) ?? 0) + length);
    this.sentTo.add(handle);
    if (bytes instanceof Uint8Array) {
      peer.send(this.dataMessage.of(prefix, chunk, bytes));
      return;
    }
    // From disk. What is being read counts as buffered, or the core would ask
    // for ever more.
    peer.beingRead += length;
    bytes.then(payload => peer.send(this.dataMessage.of(prefix, chunk, payload)),
      () => this.loop.input(client => client.blockLost(now(), swarm, block)))
      .then(() => {
        peer.beingRead -= length;
        this.tellBuffered(handle);
      });
  }

  /** @param {{url: string, username: string, credential: string}[]} servers */
  useIceServers(servers) {
    this.trackerIceServers = servers.map(({url, username, credential}) =>
      username ? {urls: url, username, credential} : {urls: url});
  }

  // --- inputs --------------------------------------------------------------

  /** @param {number} handle @param {Uint8Array} message */
  onMessage(handle, message) {
    const head = message.subarray(0, isData(message) ? DATA_HEADER : MAX_CONTROL_MESSAGE);
    this.loop.input(client => {
      this.loop.core.put(head);
      return client.peerMessage(now(), handle, head.length, message.length);
    }, message);
    // Unless it waits for its turn.
    if (FREES_MESSAGES && !this.loop.busy) free(message.buffer);
  }

  /** @param {number} handle */
  tellBuffered(handle) {
    const peer = this.peers.get(handle);
    if (peer) this.loop.input(client => client.peerBuffered(now(), handle, peer.buffered));
  }

  /** Once for each channel that was sent to, however much. */
  tellAllBuffered() {
    for (const handle of this.sentTo) this.tellBuffered(handle);
    this.sentTo.clear();
  }

  close() {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }
}
