/**
 * RTCPeerConnection for Node, as far as the engine uses it: pairs find each
 * other through the descriptions that they exchange, messages are copied and
 * delivered in a later task. It decides nothing about networks: no loss, no
 * candidates, one channel.
 */
import {EventEmitter} from 'node:events';

/** @type {Map<string, FakeConnection>} */
const all = new Map();
let made = 0;
/** How many connections a page may have, for tests of what happens beyond. */
export const limits = {connections: Infinity};
/**
 * Channels send what is above their mark, then tell, then send the rest at once:
 * who doesn't send on when told is not told again.
 */
export const network = {stopsAtMark: false};

class FakeChannel {
  constructor(connection, init) {
    this.connection = connection;
    this.init = init;
    this.readyState = 'connecting';
    this.bufferedAmount = 0;
    this.bufferedAmountLowThreshold = 0;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.ordered = init.ordered ?? true;
    /** @type {FakeChannel | null} */
    this.other = null;
  }

  open() {
    this.readyState = 'open';
    this.onopen?.();
  }

  send(message) {
    if (this.readyState !== 'open') throw new Error('InvalidStateError');
    const {length} = message;
    const copy = message.slice().buffer;
    this.bufferedAmount += length;
    setImmediate(() => {
      const before = this.bufferedAmount;
      const low = this.bufferedAmountLowThreshold;
      this.bufferedAmount = network.stopsAtMark ? (before > low ? low : 0) : before - length;
      if (before > low && this.bufferedAmount <= low) this.onbufferedamountlow?.();
      if (this.other?.readyState === 'open') this.other.onmessage?.({data: this.connection.pass(copy)});
    });
  }

  close() {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    const {other} = this;
    setImmediate(() => {
      this.onclose?.();
      if (other && other.readyState !== 'closed') {
        other.readyState = 'closed';
        other.onclose?.();
      }
    });
  }
}

export class FakeConnection extends EventEmitter {
  constructor(config) {
    super();
    if (all.size >= limits.connections) throw new Error('Cannot create so many PeerConnections');
    this.config = config;
    this.id = String(++made);
    all.set(this.id, this);
    this.connectionState = 'new';
    this.remoteDescription = this.localDescription = null;
    this.sctp = {maxMessageSize: 262144};
    this.applied = [];
    this.offers = 0;
    /** Tests may change what this side sends. @type {(bytes: ArrayBuffer) => ArrayBuffer} */
    this.pass = bytes => bytes;
    FakeConnection.made?.(this);
  }

  createDataChannel(label, init) {
    this.channel = new FakeChannel(this, init);
    return this.channel;
  }

  async createOffer({iceRestart = false} = {}) {
    ++this.offers;
    return {type: 'offer', sdp: `${iceRestart ? 'restart' : 'offer'} ${this.id}`};
  }

  async createAnswer() {
    return {type: 'answer', sdp: `answer ${this.id}`};
  }

  async setLocalDescription(description) {
    this.localDescription = description;
    if (description.type === 'answer') this.meet();
    setImmediate(() => this.onicecandidate?.({candidate:
      {candidate: `candidate of ${this.id}`, toJSON: () => ({candidate: `candidate of ${this.id}`})}}));
  }

  async setRemoteDescription(description) {
    const [kind, id] = description.sdp.split(' ');
    if (!all.has(id)) throw new Error(`no such connection: ${description.sdp}`);
    this.remoteDescription = {...description, kind};
    this.other = all.get(id);
  }

  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new Error('InvalidStateError');
    this.applied.push(candidate.candidate);
  }

  /** Runs on the answering side. */
  meet() {
    const offerer = this.other;
    if (this.channel) return;
    this.channel = new FakeChannel(this, offerer.channel.init);
    this.channel.other = offerer.channel;
    offerer.channel.other = this.channel;
    setImmediate(() => {
      for (const side of [this, offerer]) side.become('connected');
      this.ondatachannel?.({channel: this.channel});
      this.channel.open();
      offerer.channel.open();
    });
  }

  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close() {
    if (this.connectionState === 'closed') return;
    this.connectionState = 'closed';
    all.delete(this.id);
    this.channel?.close();
  }
}
