/**
 * One connection to another visitor: an RTCPeerConnection with one data
 * channel. Signals go through the tracker; everything that can go wrong ends
 * in `down`.
 *
 *   connecting --channel opens--> up --ICE lost--> interrupted --+
 *       |                         ^                   |    |     | ICE restart,
 *       | failed                  +------ healed -----+    |     | by who offered
 *       v                                                  v     |
 *     down <--------- channel closed, or given up ---------+-----+
 *
 * For who answers, the channel opens with the first message. A connection that
 * never opens is given up by the core.
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
/** Some browsers say Infinity; the core counts in 32 bits. */
const LARGEST_MAX_MESSAGE = 2 ** 31;
/** An interruption often heals by itself; after this ICE is restarted … */
const RESTART_AFTER_MS = 2500;
/** … and after this it is given up. */
const GIVE_UP_AFTER_MS = 15_000;
/**
 * The core is told when no more than this waits in the channel: half of what it lets wait (kHighWater in
 * core/swarm/uploader.cc), as it is told once. With all of it told, it would have waited for less for ever.
 */
const LOW_WATER = 64 * 1024;
/** So much may be on its way from the disk before it counts: a few blocks, as one read waits long. */
const READ_AHEAD_BYTES = 512 * 1024;
/** Candidates that wait for their description; a browser offers a dozen. */
const MAX_EARLY_CANDIDATES = 64;

/**
 * @typedef {object} PeerEvents
 * @property {(maxMessage: number, reliable: boolean) => void} up
 * @property {() => void} down once, and nothing after it
 * @property {(message: Uint8Array) => void} message and its buffer, to keep or to free
 * @property {(kind: number, text: string) => void} signal for the other side
 * @property {() => void} buffered less waits in the channel now
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
    this.wasUp = false;
    /** Bytes that will be sent once they have been read from disk. */
    this.beingRead = 0;
    /** @type {RTCIceCandidateInit[]} that came before the description */
    this.early = [];
    /** @type {RTCDataChannel | null} */
    this.channel = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} while interrupted */
    this.restartTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} while interrupted */
    this.giveUpTimer = undefined;
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
    const up = () => {
      this.wasUp = true;
      this.events.up(
        Math.min(this.pc?.sctp?.maxMessageSize || DEFAULT_MAX_MESSAGE, LARGEST_MAX_MESSAGE),
        channel.maxRetransmits === null && channel.maxPacketLifeTime === null);
    };
    if (this.offer) channel.onopen = up;
    channel.onclose = channel.onerror = () => this.down();
    channel.onbufferedamountlow = () => this.events.buffered();
    channel.onmessage = ({data}) => {
      // Who answers is told by Chromium that the channel is open before it is,
      // and what is sent then is lost. It is once something has come through,
      // and who offers speaks first.
      if (!this.wasUp) up();
      if (data instanceof ArrayBuffer) this.events.message(new Uint8Array(data));
    };
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
        if (!pc.remoteDescription) {
          if (this.early.length < MAX_EARLY_CANDIDATES) this.early.push(candidate);
          return;
        }
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
    const state = this.pc?.connectionState;
    if (state === 'connected') {
      this.stopTimers();
    } else if (state === 'closed' || state === 'failed' && !this.wasUp) {
      this.down();
    } else if (this.wasUp && (state === 'disconnected' || state === 'failed')) {
      this.interrupted(state === 'failed' ? 0 : RESTART_AFTER_MS);
    }
  }

  /** @param {number} restartMs when to restart ICE, once an interruption */
  interrupted(restartMs) {
    this.giveUpTimer ??= setTimeout(() => this.down(), GIVE_UP_AFTER_MS);
    if (this.offer) this.restartTimer ??= setTimeout(() => this.sendOffer(true), restartMs);
  }

  stopTimers() {
    clearTimeout(this.restartTimer);
    clearTimeout(this.giveUpTimer);
    this.restartTimer = this.giveUpTimer = undefined;
  }

  get buffered() {
    return (this.channel?.bufferedAmount ?? 0) + Math.max(0, this.beingRead - READ_AHEAD_BYTES);
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
    this.stopTimers();
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
