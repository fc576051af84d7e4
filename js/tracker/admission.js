/**
 * Connections that have been accepted and whose requests are not read yet. A
 * few are let in between one look at the open sockets and the next, from one
 * address after the other: whoever opens a hundred at once waits for them, and
 * nobody else does.
 *
 * @module
 */

import {addressBytes, limitKey} from './address.js';

/** Reading a request and answering it takes some 0.4 ms, a turn of the event loop without any about as long. */
const ADMITTED_EACH_TURN = 2;
/** Waiting, over all addresses; in 10 seconds, the patience of browsers, far more than this are let in. */
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
    /** @type {Map<string, Socket[]>} by address; the first's turn is next */
    this.waiting = new Map();
    /** @type {Map<string, Map<Socket, NodeJS.Timeout>>} of barred addresses, unread, until when */
    this.kept = new Map();
    this.keptCount = 0;
    this.admitSome = () => this.#admitSome();
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
    if (this.count++ === 0) setImmediate(this.admitSome);
  }

  /** Those not let in are closed. */
  close() {
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

  #admitSome() {
    for (let i = 0; i < ADMITTED_EACH_TURN && this.count > 0; ++i) {
      const socket = this.#next();
      socket.off('error', ignore);
      if (!socket.destroyed) this.admit(socket);
    }
    if (this.count > 0) setImmediate(this.admitSome);
  }

  #next() {
    const [key, sockets] = /** @type {[string, Socket[]]} */ (this.waiting.entries().next().value);
    const socket = /** @type {Socket} */ (sockets.shift());
    this.waiting.delete(key);
    if (sockets.length > 0) this.waiting.set(key, sockets);
    this.count -= 1;
    return socket;
  }
}

/** It is closed anyway. */
function ignore() {}
