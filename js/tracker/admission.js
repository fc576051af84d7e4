/**
 * Connections that have been accepted and whose requests are not read yet. They
 * are let in one in a turn of the event loop, from one address after the other,
 * and of an address a few at once, then at a pace: whoever opens a hundred at
 * once waits for them, and nobody else does.
 *
 * @module
 */

import {addressBytes, limitKey} from './address.js';

/** Of an address; reading a request and answering it takes some 0.4 ms, one a turn. */
const AT_ONCE = 16;
/** Then one of an address each: in 10 seconds, the patience of browsers, as many as it may have by default. */
const PACE_MS = 40;
/** Waiting, over all addresses; of many addresses more than this are let in within 10 seconds. */
const MAX_WAITING = 8192;
/**
 * Who is refused at once comes back at once, and each time costs as much as a
 * handful of messages. So the last few connections of a barred address are kept
 * for a while, unread.
 */
const KEPT_MS = 5000;
const KEPT_PER_ADDRESS = 64;
/** Over all addresses. */
const MAX_KEPT = 2048;

/** @typedef {import('node:net').Socket} Socket */

export class Admission {
  /**
   * @param {object} parts
   * @param {(socket: Socket) => void} parts.admit
   * @param {number} parts.perAddress that may wait; Infinity behind a proxy, whose address all have
   * @param {(key: string) => boolean} parts.isBarred by limitKey
   * @param {import('./metrics.js').Metrics} parts.metrics
   */
  constructor({admit, perAddress, isBarred, metrics}) {
    this.admit = admit;
    this.perAddress = perAddress;
    this.isBarred = isBarred;
    this.metrics = metrics;
    this.count = 0;
    /** Behind a proxy there are no addresses to be fair to. */
    this.paced = perAddress < Infinity;
    /** @type {Map<string, number>} how many of an address were let in just now */
    this.recent = new Map();
    /** @type {Set<string>} addresses of which one may be let in; the first's turn is next */
    this.ready = new Set();
    /** @type {NodeJS.Timeout | null} while there are recent ones */
    this.pace = null;
    this.admitting = false;
    /** @type {Map<string, Socket[]>} by address */
    this.waiting = new Map();
    /** @type {Map<string, Map<Socket, NodeJS.Timeout>>} of barred addresses, unread, until when */
    this.kept = new Map();
    this.keptCount = 0;
    this.admitOne = () => this.#admitOne();
  }

  /** @param {Socket} socket that a server has accepted */
  add(socket) {
    const key = limitKey(addressBytes(socket.remoteAddress ?? ''));
    const others = this.waiting.get(key);
    const refusal = this.isBarred(key) ? 'barred' :
      this.count >= MAX_WAITING ? 'full' : (others?.length ?? 0) >= this.perAddress ? 'arrivals' : null;
    if (refusal) {
      this.metrics.rejected.inc({reason: refusal});
      if (refusal === 'barred') this.#keep(socket, key);
      else socket.destroy();
      return;
    }
    socket.on('error', ignore);
    if (others) others.push(socket);
    else this.waiting.set(key, [socket]);
    this.count += 1;
    this.#mayCome(key);
  }

  /** Those not let in are closed. */
  close() {
    if (this.pace) clearInterval(this.pace);
    for (const sockets of this.waiting.values()) {
      for (const socket of sockets) socket.destroy();
    }
    for (const [key, sockets] of this.kept) {
      for (const socket of sockets.keys()) this.#release(socket, key);
    }
  }

  /** @param {Socket} socket @param {string} key */
  #keep(socket, key) {
    const kept = this.kept.get(key) ?? new Map();
    if (kept.size >= KEPT_PER_ADDRESS) this.#release(kept.keys().next().value, key);
    if (this.keptCount >= MAX_KEPT) {
      socket.destroy();
      return;
    }
    kept.set(socket, setTimeout(() => this.#release(socket, key), KEPT_MS).unref());
    this.kept.set(key, kept);
    this.keptCount += 1;
    socket.on('error', ignore);
    socket.pause();
  }

  /** @param {Socket} socket @param {string} key */
  #release(socket, key) {
    const kept = this.kept.get(key);
    if (!kept) return;
    clearTimeout(kept.get(socket));
    kept.delete(socket);
    this.keptCount -= 1;
    if (kept.size === 0) this.kept.delete(key);
    socket.destroy();
  }

  /** @param {string} key of which one waits */
  #mayCome(key) {
    if ((this.recent.get(key) ?? 0) >= AT_ONCE) return;
    this.ready.add(key);
    if (this.admitting) return;
    this.admitting = true;
    setImmediate(this.admitOne);
  }

  #admitOne() {
    const [key] = this.ready;
    const socket = this.#next(key);
    socket.off('error', ignore);
    if (!socket.destroyed) {
      if (this.paced) this.#count(key);
      this.admit(socket);
    }
    this.ready.delete(key);
    if (this.waiting.has(key)) this.#mayCome(key);
    this.admitting = this.ready.size > 0;
    if (this.admitting) setImmediate(this.admitOne);
  }

  /** @param {string} key */
  #next(key) {
    const sockets = /** @type {Socket[]} */ (this.waiting.get(key));
    const socket = /** @type {Socket} */ (sockets.shift());
    if (sockets.length === 0) this.waiting.delete(key);
    this.count -= 1;
    return socket;
  }

  /** @param {string} key of one that is let in */
  #count(key) {
    this.recent.set(key, (this.recent.get(key) ?? 0) + 1);
    this.pace ??= setInterval(() => this.#forgetOneOfEach(), PACE_MS).unref();
  }

  #forgetOneOfEach() {
    for (const [key, count] of this.recent) {
      if (count > 1) this.recent.set(key, count - 1);
      else this.recent.delete(key);
      if (this.waiting.has(key)) this.#mayCome(key);
    }
    if (this.recent.size > 0) return;
    clearInterval(/** @type {NodeJS.Timeout} */ (this.pace));
    this.pace = null;
  }
}

/** It is closed anyway. */
function ignore() {}
