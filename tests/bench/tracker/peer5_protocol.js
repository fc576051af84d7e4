/**
 * What a client says to this tracker, for load: joins, introductions, and an
 * offer and an answer for each.
 */
import {createHash} from 'node:crypto';
import {encode, frame, TAG} from '../../node/tracker_client.js';

const HAS_INFO = 1;
const OFFER = 0;
const ANSWER = 1;
const HEAD = 5;
const HELD_BLOCKS = 200;

/** @param {number} index */
const swarmId = index => createHash('sha256').update(`swarm ${index}`).digest();

export class Peer5Client {
  /**
   * @param {import('./load_socket.js').LoadSocket} socket
   * @param {number} index no two clients' are alike, over all generators
   * @param {import('./generator.js').Load} load
   */
  constructor(socket, index, load) {
    this.socket = socket;
    this.load = load;
    this.id = BigInt(index) + 1n;
    this.joinedAt = 0;
    /** No match of it has come. */
    this.new = true;
    this.swarm = Buffer.alloc(0);
    socket.onMessage = message => this.#message(message);
    socket.send(encode.hello({id: this.id}));
  }

  /** @param {number} index of the swarm */
  join(index) {
    const frames = this.swarm.length > 0 ? [encode.leave(this.swarm)] : [];
    this.swarm = swarmId(index);
    frames.push(encode.joinId(this.swarm, HAS_INFO));
    this.joinedAt = performance.now();
    this.socket.send(Buffer.concat(frames));
  }

  /** As a client does every few seconds. */
  report() {
    const numbers = Buffer.alloc(40 + 8 + 1 + 4 + 4 + HELD_BLOCKS / 8 + 2);
    numbers.writeUInt32BE(HELD_BLOCKS, 53);
    this.socket.send(frame(TAG.report, this.swarm, numbers));
  }

  /** @param {Buffer} message one or more frames */
  #message(message) {
    for (let at = 0; at < message.length;) {
      const end = at + HEAD + message.readUInt32BE(at + 1);
      const tag = message[at];
      if (tag === TAG.match) this.#match(message, at + HEAD, end);
      else if (tag === TAG.sdp) this.#sdp(message, at + HEAD, end);
      else if (tag === TAG.error || tag === TAG.notice) this.load.refused(tag);
      at = end;
    }
  }

  /** @param {Buffer} bytes @param {number} at @param {number} end */
  #match(bytes, at, end) {
    const first = at + 40;
    // Between browsers of one kind the newcomer offers, so whoever is told to
    // wait for an offer has been found by somebody else; unless, of a newcomer,
    // somebody at another instance has heard before.
    const ownJoin = this.new || first === end || bytes[first + 8] === 1;
    this.new = false;
    if (!ownJoin) return;
    for (let peer = first; peer < end; peer += 9) {
      this.load.matched();
      this.#relay(bytes.readBigUInt64BE(peer), OFFER);
    }
    if (this.joinedAt > 0) this.load.joined(this, performance.now() - this.joinedAt);
    this.joinedAt = 0;
  }

  /** @param {Buffer} bytes @param {number} at */
  #sdp(bytes, at) {
    const kind = bytes[at + 16];
    if (kind === OFFER) this.#relay(bytes.readBigUInt64BE(at), ANSWER);
    else if (kind === ANSWER) this.load.answered();
  }

  /** @param {bigint} peer @param {number} kind */
  #relay(peer, kind) {
    if (!this.load.exchange) return;
    this.socket.send(encode.sdp(this.id, peer, kind, this.load.description));
  }
}
