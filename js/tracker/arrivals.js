/**
 * Connections that are not WebSockets yet, or never will be: whoever opens them
 * and says nothing must not keep others out.
 *
 * @module
 */

import {addressBytes, limitKey} from './address.js';

/** Connected without having asked for anything, over all addresses. */
const MAX_ARRIVALS = 8192;
/** In which time a request's headers must have come. */
const ARRIVE_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 2000;

/** For http.createServer and https.createServer. */
export const SERVER_OPTIONS = {
  headersTimeout: ARRIVE_WITHIN_MS,
  requestTimeout: ARRIVE_WITHIN_MS,
  handshakeTimeout: ARRIVE_WITHIN_MS,
  connectionsCheckingInterval: CHECK_EVERY_MS,
};

/** Where a socket has its arrival, so that one listener serves all. */
const ARRIVAL = Symbol('arrival');

/** @typedef {import('node:net').Socket & {[ARRIVAL]?: {arrivals: Arrivals, key: string} | undefined}} Arriving */

export class Arrivals {
  /**
   * @param {{perAddress: number}} limits Infinity behind a proxy, whose address all have
   * @param {import('./metrics.js').Metrics} metrics
   */
  constructor({perAddress}, metrics) {
    this.perAddress = perAddress;
    this.metrics = metrics;
    this.count = 0;
    /** @type {Map<string, number>} */
    this.ofAddress = new Map();
  }

  /** @param {Arriving} socket that a server has accepted */
  add(socket) {
    const key = limitKey(addressBytes(socket.remoteAddress ?? ''));
    const others = this.ofAddress.get(key) ?? 0;
    if (others >= this.perAddress || this.count >= MAX_ARRIVALS) {
      this.metrics.rejected.inc({reason: others >= this.perAddress ? 'arrivals' : 'full'});
      socket.destroy();
      return;
    }
    this.ofAddress.set(key, others + 1);
    this.count += 1;
    socket[ARRIVAL] = {arrivals: this, key};
    socket.on('close', onGone);
  }

  /** It has become a WebSocket, which is limited as such. @param {Arriving} socket */
  remove(socket) {
    const arrival = socket[ARRIVAL];
    if (!arrival) return;
    socket[ARRIVAL] = undefined;
    socket.off('close', onGone);
    const others = (this.ofAddress.get(arrival.key) ?? 1) - 1;
    if (others > 0) this.ofAddress.set(arrival.key, others);
    else this.ofAddress.delete(arrival.key);
    this.count -= 1;
  }
}

/** @this {Arriving} */
function onGone() {
  this[ARRIVAL]?.arrivals.remove(this);
}
