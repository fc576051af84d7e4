/**
 * One connection to another visitor: an RTCPeerConnection with one data
 * channel. Signals go through the tracker; everything that can go wrong ends
 * in `down`.
 *
 *   new → connecting → up → (disconnected → ICE restart → up)* → down
 *
 * @module
 */

/**
 * The slides' seven kinds of channel, in today's names.
 *
 * @type {Record<import('../engine/types.js').ChannelKind, RTCDataChannelInit>}
 */
export const CHANNEL_KINDS = {
  TCPLIKE_CHANNEL: {},
  UNORDERED_RELIABLE: {ordered: false},
  ORDERED_PARTIAL_3ATTEMPS: {ordered: true, maxRetransmits: 3},
  UNORDERED_PARTIAL_3ATTEMPS: {ordered: false, maxRetransmits: 3},
  ORDERED_PARTIAL_1S: {ordered: true, maxPacketLifeTime: 1000},
  UNORDERED_PARTIAL_1S: {ordered: false, maxPacketLifeTime: 1000},
  UNORDERED_UNRELIABLE: {ordered: false, maxRetransmits: 0},
};

/** SdpKind of core/wire/sdp.h. */
const OFFER = 0;
const ANSWER = 1;
const CANDIDATE = 2;
const END_OF_CANDIDATES = 3;

/** What a channel takes in one message if the browser doesn't say (RFC 8841). */
const DEFAULT_MAX_MESSAGE = 64 * 1024;
/** How long a connection may be interrupted before ICE is restarted, and given up. */
const RESTART_AFTER_MS = 2500;
const GIVE_UP_AFTER_MS = 15_000;
/** The core refills the channel when less than this is waiting in it. */
const LOW_WATER = 128 * 1024;

/**
 * @typedef {object} PeerEvents
 * @property {(maxMessage: number, reliable: boolean) => void} up
 * @property {() => void} down once, and nothing after it
 * @property {(message: Uint8Array) => void} message
 * @property {(kind: number, text: string) => void} signal for the other side
 * @property {(bytes: number) => void} buffered what waits in the channel
 */

export class PeerConnection {
  /**
   * @param {{offer: boolean, kind: import('../engine/types.js').ChannelKind,
   *   config: RTCConfiguration}} options
   * @param {PeerEvents} events
   */
  constructor({offer, kind, config}, events) {
    this.events = events;
    this.offer = offer;
    this.over = false;
    /** @type {RTCIceCandidateInit[]} that came before the description */
    this.early = [];
    /** @type {RTCDataChannel | null} */
    this.channel = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    // Descriptions and candidates are applied strictly one after the other.
    this.signals = Promise.resolve();
    // Throws where there are too many connections, or none are allowed: then
    // it is down before it was up, and not the page's problem.
    queueMicrotask(() => {
      if (this.over) return;
      try {
        this.begin(config, CHANNEL_KINDS[kind]);
      } catch {
        this.down();
      }
    });
  }

  /** @param {RTCConfiguration} config @param {RTCDataChannelInit} init */
  begin(config, init) {
    const pc = this.pc = new RTCPeerConnection(config);
    pc.onicecandidate = ({candidate}) => {
      if (candidate?.candidate) {
        this.events.signal(CANDIDATE, JSON.stringify(candidate));
      } else if (!candidate) {
        this.events.signal(END_OF_CANDIDATES, '');
      }
    };
    pc.onconnectionstatechange = () => this.watch();
    if (this.offer) {
      this.adopt(pc.createDataChannel('peer5', init));
      this.sendOffer(false);
    } else {
      pc.ondatachannel = ({channel}) => this.adopt(channel);
    }
  }

  /** @param {RTCDataChannel} channel */
  adopt(channel) {
    if (this.channel) return channel.close();  // one is all there is
    this.channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = LOW_WATER;
    const up = () => this.events.up(
      this.pc?.sctp?.maxMessageSize || DEFAULT_MAX_MESSAGE,
      channel.maxRetransmits === null && channel.maxPacketLifeTime === null);
    channel.onopen = up;
    channel.onclose = channel.onerror = () => this.down();
    channel.onbufferedamountlow = () => this.events.buffered(channel.bufferedAmount);
    channel.onmessage = ({data}) => {
      if (data instanceof ArrayBuffer) this.events.message(new Uint8Array(data));
    };
    if (channel.readyState === 'open') up();
  }

  /** @param {boolean} iceRestart */
  sendOffer(iceRestart) {
    this.inOrder(async pc => {
      await pc.setLocalDescription(await pc.createOffer({iceRestart}));
      this.events.signal(OFFER, pc.localDescription?.sdp ?? '');
    });
  }

  /**
   * A signal from the other side, relayed by the tracker.
   *
   * @param {number} kind @param {string} text
   */
  signal(kind, text) {
    this.inOrder(async pc => {
      if (kind === OFFER) {
        await pc.setRemoteDescription({type: 'offer', sdp: text});
        await pc.setLocalDescription(await pc.createAnswer());
        this.events.signal(ANSWER, pc.localDescription?.sdp ?? '');
      } else if (kind === ANSWER) {
        await pc.setRemoteDescription({type: 'answer', sdp: text});
      } else if (kind === CANDIDATE) {
        const candidate = JSON.parse(text);
        if (!pc.remoteDescription) return void this.early.push(candidate);
        // One unusable candidate does not spoil the others.
        await pc.addIceCandidate(candidate).catch(() => {});
        return;
      }
      for (const candidate of this.early.splice(0)) {
        await pc.addIceCandidate(candidate).catch(() => {});
      }
    });
  }

  /** @param {(pc: RTCPeerConnection) => Promise<void>} work */
  inOrder(work) {
    this.signals = this.signals.then(async () => {
      if (this.over || !this.pc) return;
      try {
        await work(this.pc);
      } catch {
        this.down();
      }
    });
  }

  watch() {
    clearTimeout(this.timer);
    const state = this.pc?.connectionState;
    if (state === 'connected' || state === 'connecting' || state === 'new') return;
    if (state === 'closed') return this.down();
    if (!this.channel || this.channel.readyState === 'connecting') {
      if (state === 'failed') this.down();
      return;
    }
    // 'disconnected' often heals by itself; 'failed' needs a restart.
    this.timer = setTimeout(() => {
      if (this.offer) this.sendOffer(true);
      this.timer = setTimeout(() => this.down(), GIVE_UP_AFTER_MS);
    }, state === 'failed' ? 0 : RESTART_AFTER_MS);
  }

  get bufferedAmount() {
    return this.channel?.bufferedAmount ?? 0;
  }

  /** @param {Uint8Array} message */
  send(message) {
    if (this.over || this.channel?.readyState !== 'open') return;
    try {
      this.channel.send(/** @type {BufferSource & Uint8Array<ArrayBuffer>} */ (message));
    } catch {  // its buffer is full beyond what the browser allows
      this.down();
    }
  }

  down() {
    if (this.over) return;
    this.close();
    this.events.down();
  }

  /** Ends it without a word. */
  close() {
    this.over = true;
    clearTimeout(this.timer);
    if (this.channel) {
      this.channel.onopen = this.channel.onclose = this.channel.onerror = null;
      this.channel.onmessage = this.channel.onbufferedamountlow = null;
    }
    if (this.pc) {
      this.pc.onicecandidate = this.pc.onconnectionstatechange = this.pc.ondatachannel = null;
      this.pc.close();
    }
  }
}
