/**
 * The wasm core as events and callbacks. All inputs of one turn of the event
 * loop are followed by carrying out the actions that they led to, together, so
 * that what several of them have for one socket goes there at once. One timer
 * waits for the core's deadline.
 *
 * @module
 */

import {randomBytes} from 'node:crypto';
import {readConnects, readSummaries, readView} from './core_figures.js';

/** Bytes of address, at the front of the input. */
const IP_SIZE = 16;
const ACTION_HEAD = 9;
/** Kinds of actions, as Packer of wasm/tracker.cc numbers them. */
const SEND = 0;
const CLOSE = 1;
const CHECK_TOKEN = 2;
const NEED_RESOURCE = 3;
/** Those from here on are for Instances. */
const FORWARD = 4;
const INSTANCE_KINDS = /** @type {const} */ (
  [undefined, undefined, undefined, undefined, undefined, 'announce', 'withdraw', 'needSwarm', 'keepInfo',
    'countCompleted']);
/** setTimeout's longest wait is 2^31 - 1 ms. */
const MAX_TIMER_MS = 3_600_000;

/**
 * @typedef {object} CoreHandlers
 * @property {(conn: number, message: Buffer) => void} send
 * @property {(conn: number, reason: number) => void} close
 * @property {(conn: number, token: string) => void} checkToken
 * @property {(url: string) => void} needResource
 * @property {import('./instances.js').Instances | null} instances
 */

export class TrackerCore {
  /**
   * @param {any} module of loadTrackerCore
   * @param {Record<string, number>} options see JsTracker::Set
   * @param {bigint} seed
   * @param {CoreHandlers} handlers
   */
  constructor(module, options, seed, handlers) {
    this.module = module;
    this.handlers = handlers;
    this.core = new module.Tracker();
    for (const [name, value] of Object.entries(options)) {
      if (!this.core.set(name, value)) throw new TypeError(`the tracker has no option "${name}"`);
    }
    this.core.start(Number(seed >> 32n & 0xFFFFFFFFn), Number(seed & 0xFFFFFFFFn));
    /** Where the input is, and how long it may be: asked for only when it must grow. */
    this.inputAt = 0;
    this.inputSize = 0;
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    this.timerAt = Infinity;
    this.settling = false;
    this.settle = () => {
      this.settling = false;
      if (this.core) this.#settleNow();
    };
  }

  /**
   * @param {any} module of loadTrackerCore
   * @param {Record<string, number>} options see JsTracker::Set
   * @param {bigint | undefined} seed default: random
   * @param {CoreHandlers} handlers
   */
  static start(module, options, seed, handlers) {
    return new TrackerCore(module, options, seed ?? randomBytes(8).readBigUInt64BE(), handlers);
  }

  /** @param {Uint8Array} bytes */
  #put(bytes) {
    if (bytes.length > this.inputSize) {
      this.inputAt = this.module.inputAt(bytes.length);
      this.inputSize = bytes.length;
    }
    // The heap may have moved since the last time, so the view is taken anew.
    this.module.HEAPU8.set(bytes, this.inputAt);
  }

  /** @param {number} length */
  #output(length) {
    const at = this.module.outputAt();
    return Buffer.from(this.module.HEAPU8.slice(at, at + length).buffer);
  }

  /**
   * @param {number} conn
   * @param {Uint8Array} ip 16 bytes
   * @param {{asn: number, country: number}} where
   */
  socketUp(conn, ip, {asn, country}) {
    this.#put(ip.subarray(0, IP_SIZE));
    this.core.socketUp(performance.now(), conn, asn, country);
    this.#settle();
  }

  /** @param {number} conn @param {Uint8Array} message @param {number} now performance.now() */
  socketMessage(conn, message, now) {
    this.#put(message);
    this.core.socketMessage(now, conn, message.length);
    this.#settle();
  }

  /** @param {number} conn */
  socketDown(conn) {
    this.core.socketDown(performance.now(), conn);
    this.#settle();
  }

  /** @param {number} conn @param {boolean} good */
  tokenChecked(conn, good) {
    this.core.tokenChecked(performance.now(), conn, good);
    this.#settle();
  }

  /** @param {string} url @param {import('./file_info/hash_resource.js').Hashed} hashed */
  resourceReady(url, {sighting, blockSize, chunkSize, hashes}) {
    this.#put(hashes);
    this.core.describe(sighting.etag, sighting.lastModified, sighting.name, sighting.type);
    const fits = this.core.resourceReady(performance.now(), url, sighting.size, blockSize, chunkSize, hashes.length);
    this.#settle();
    return fits;
  }

  /** @param {string} url @param {number} code of SwarmError @param {string} text */
  resourceFailed(url, code, text) {
    this.core.resourceFailed(performance.now(), url, code, text);
    this.#settle();
  }

  /** @param {number} instance @param {Buffer} message */
  fromInstance(instance, message) {
    this.#put(message);
    this.core.fromInstance(performance.now(), instance, message.length);
    this.#settle();
  }

  /** @param {number} instance @param {Buffer} lost what was for it */
  instanceGone(instance, lost) {
    this.#put(lost);
    this.core.instanceGone(performance.now(), instance, lost.length);
    this.#settle();
  }

  /**
   * @param {Buffer} swarm
   * @param {{peers: number, completed: number, info: Buffer | null,
   *   members: {instance: number, record: Buffer}[]}} found
   */
  swarmSampled(swarm, {peers, completed, info, members}) {
    const parts = [swarm, u32(peers), u32(completed), u32(info?.length ?? 0), info ?? Buffer.alloc(0)];
    for (const {instance, record} of members) parts.push(u32(instance), u32(record.length), record);
    const bytes = Buffer.concat(parts);
    this.#put(bytes);
    this.core.swarmSampled(performance.now(), bytes.length);
    this.#settle();
  }

  /** @param {{url: string, username: string, credential: string}[]} servers */
  setIceServers(servers) {
    for (const {url, username, credential} of servers) this.core.addIceServer(url, username, credential);
    this.core.useIceServers();
  }

  /** @param {number} withinMs */
  shutdown(withinMs) {
    this.core.shutdown(withinMs);
    this.#settleNow();
  }

  /** @param {number} count @returns {import('./core_figures.js').SwarmSummary[]} the largest first */
  largestSwarms(count) {
    return readSummaries(this.#output(this.core.largestSwarms(count)));
  }

  /** Its members' reports are kept from now on, for a minute. @param {Buffer} swarm its id */
  lookAtSwarm(swarm) {
    this.#put(swarm);
    return readView(this.#output(this.core.lookAtSwarm(performance.now())));
  }

  /** @param {number} maxPlaces */
  connects(maxPlaces) {
    return readConnects(this.#output(this.core.connects(maxPlaces)));
  }

  /** @param {string} name @returns {number} 0 after close */
  stat(name) {
    return this.core ? this.core.stat(name) : 0;
  }

  /** No input may follow. */
  close() {
    clearTimeout(this.timer);
    this.core.delete();
    this.core = null;
  }

  #settle() {
    if (this.settling) return;
    this.settling = true;
    setImmediate(this.settle);
  }

  #settleNow() {
    const length = this.core.takeActions(performance.now());
    if (length > 0) this.#carryOut(this.#output(length));
    this.#arm();
  }

  /** @param {Buffer} actions */
  #carryOut(actions) {
    for (let at = 0; at < actions.length;) {
      const kind = actions[at];
      const conn = actions.readUInt32BE(at + 1);
      const end = at + ACTION_HEAD + actions.readUInt32BE(at + 5);
      const bytes = actions.subarray(at + ACTION_HEAD, end);
      at = end;
      if (kind === SEND) this.handlers.send(conn, bytes);
      else if (kind === CLOSE) this.handlers.close(conn, bytes[0]);
      else if (kind === CHECK_TOKEN) this.handlers.checkToken(conn, bytes.toString());
      else if (kind === NEED_RESOURCE) this.handlers.needResource(bytes.toString());
      else this.#forInstances(kind, conn, bytes);
    }
  }

  /** @param {number} kind @param {number} instance @param {Buffer} bytes */
  #forInstances(kind, instance, bytes) {
    const {instances} = this.handlers;
    if (kind === FORWARD) instances?.forward(instance, bytes);
    else instances?.[/** @type {'announce'} */ (INSTANCE_KINDS[kind])](bytes);
  }

  #arm() {
    const deadline = this.core.deadline();
    // A timer that is early costs one look; one that is late would be wrong.
    if (deadline >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = deadline;
    const wait = Math.min(Math.max(0, Math.ceil(deadline - performance.now())), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.core.advance(performance.now());
      this.#settle();
    }, wait);
    this.timer.unref();
  }
}

/** @param {number} value */
function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
