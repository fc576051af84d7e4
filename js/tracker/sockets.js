/**
 * WebSockets on one side, the core on the other.
 *
 *   upgrade --checked--> open --hello etc.: the core decides--> closed
 *
 * @module
 */

import {WebSocketServer} from 'ws';
import {addressBytes, clientAddress, limitKey} from './address.js';
import {CORE_CLOSE_REASONS, GOING_AWAY, TEXT_MESSAGE, TOO_SLOW} from './close_codes.js';
import {AddressLimits} from './limits.js';
import {pageOriginFilter} from './page_origins.js';

/** Half-open connections are found by pings that nobody answers. */
const PING_EVERY_MS = 30_000;

/**
 * @typedef {object} Client
 * @property {number} conn
 * @property {import('ws').WebSocket} socket
 * @property {boolean} alive answered the last ping
 */

export class Sockets {
  /**
   * @param {object} parts
   * @param {ReturnType<typeof import('./options.js').withDefaults>} parts.options
   * @param {import('./metrics.js').Metrics} parts.metrics
   * @param {(address: string) => {asn: number, country: number}} parts.locate
   */
  constructor({options, metrics, locate}) {
    this.options = options;
    this.metrics = metrics;
    this.locate = locate;
    this.limits = new AddressLimits(options.limits);
    this.mayConnect = pageOriginFilter(options.allowOrigins);
    this.server = new WebSocketServer({
      noServer: true,
      // Costs many times the memory of a socket; our messages barely shrink.
      perMessageDeflate: false,
      maxPayload: options.limits.maxMessage,
      clientTracking: false,
    });
    /** @type {Map<number, Client>} */
    this.clients = new Map();
    this.nextConn = 1;
    /** @type {import('./core.js').TrackerCore | null} set before the first upgrade */
    this.core = null;
    this.pings = setInterval(() => this.#ping(), PING_EVERY_MS);
    this.pings.unref();
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:stream').Duplex} stream
   * @param {Buffer} head
   */
  upgrade(request, stream, head) {
    const address = clientAddress(request, this.options.trustProxy ?? false);
    const bytes = addressBytes(address);
    const key = limitKey(bytes);
    const refusal = this.#refusal(request, key);
    if (refusal) {
      this.metrics.rejected.inc({reason: refusal.reason});
      this.options.logger.debug({reason: refusal.reason, ...this.#addressField(address)}, 'refused a socket');
      refuse(stream, refusal.status, refusal.text);
      return;
    }
    stream.once('close', () => this.limits.release(key));
    this.server.handleUpgrade(request, stream, head, (socket) => this.#open(socket, address, bytes));
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {string} key
   */
  #refusal(request, key) {
    if (!this.core) return {reason: 'closing', status: 503, text: 'The tracker is shutting down.'};
    if (!this.mayConnect(request.headers.origin)) {
      return {reason: 'origin', status: 403, text: 'Pages of this origin may not use this tracker.'};
    }
    if (this.clients.size >= this.options.limits.maxSockets) {
      return {reason: 'full', status: 503, text: 'The tracker is full.'};
    }
    const limit = this.limits.take(key);
    if (limit) return {reason: limit, status: 429, text: 'Too many connections from this address.'};
    return null;
  }

  /** @param {string} address */
  #addressField(address) {
    return this.options.logAddresses ? {address} : {};
  }

  /**
   * @param {import('ws').WebSocket} socket
   * @param {string} address
   * @param {Uint8Array} bytes
   */
  #open(socket, address, bytes) {
    const conn = this.nextConn;
    this.nextConn = this.nextConn % 0xFFFFFFFF + 1;
    const client = {conn, socket, alive: true};
    this.clients.set(conn, client);
    socket.on('message', (data, isBinary) => this.#message(client, data, isBinary));
    socket.on('pong', () => {
      client.alive = true;
    });
    // What went wrong is in the close that follows.
    socket.on('error', () => {});
    socket.on('close', () => this.#closed(client));
    this.core?.socketUp(conn, bytes, this.locate(address));
    this.options.logger.debug({conn, ...this.#addressField(address)}, 'socket open');
  }

  /**
   * @param {Client} client
   * @param {import('ws').RawData} data
   * @param {boolean} isBinary
   */
  #message(client, data, isBinary) {
    client.alive = true;
    if (!isBinary) return this.#drop(client, TEXT_MESSAGE);
    const started = performance.now();
    this.core?.socketMessage(client.conn, /** @type {Buffer} */ (data));
    this.metrics.messageSeconds.observe((performance.now() - started) / 1000);
  }

  /** @param {Client} client */
  #closed(client) {
    if (!this.clients.delete(client.conn)) return;
    this.core?.socketDown(client.conn);
  }

  /** @param {number} conn @param {Uint8Array} message */
  send(conn, message) {
    const client = this.clients.get(conn);
    if (!client) return;
    if (client.socket.bufferedAmount + message.length > this.options.limits.maxBuffered &&
        client.socket.bufferedAmount > 0) {
      this.#drop(client, TOO_SLOW);
      return;
    }
    client.socket.send(message);
  }

  /** @param {number} conn @param {number} reason of the core */
  close(conn, reason) {
    const client = this.clients.get(conn);
    if (!client) return;
    // The core has forgotten it already.
    this.clients.delete(conn);
    this.#end(client.socket, CORE_CLOSE_REASONS[reason]);
  }

  /**
   * @param {Client} client
   * @param {[number, string]} why
   */
  #drop(client, why) {
    this.#closed(client);
    this.#end(client.socket, why);
  }

  /**
   * @param {import('ws').WebSocket} socket
   * @param {[number, string]} why
   */
  #end(socket, [code, reason]) {
    this.metrics.closed.inc({reason});
    this.options.logger.debug({code, reason}, 'closed a socket');
    socket.close(code, reason);
    // A peer that doesn't read never answers the close.
    if (code === TOO_SLOW[0]) socket.terminate();
  }

  #ping() {
    for (const client of this.clients.values()) {
      if (!client.alive) {
        client.socket.terminate();
        continue;
      }
      client.alive = false;
      client.socket.ping();
    }
  }

  /**
   * Closes everything; those who don't answer within `graceMs` are cut off.
   *
   * @param {number} graceMs
   */
  async closeAll(graceMs) {
    clearInterval(this.pings);
    this.core = null;
    const open = [...this.clients.values()].map(({socket}) => socket);
    this.clients.clear();
    await Promise.all(open.map((socket) => new Promise((resolve) => {
      socket.once('close', resolve);
      socket.close(...GOING_AWAY);
      setTimeout(() => socket.terminate(), graceMs).unref();
    })));
  }
}

/**
 * @param {import('node:stream').Duplex} stream
 * @param {number} status
 * @param {string} text
 */
function refuse(stream, status, text) {
  const names = {403: 'Forbidden', 429: 'Too Many Requests', 503: 'Service Unavailable'};
  const name = names[/** @type {keyof typeof names} */ (status)];
  stream.once('error', () => {});
  stream.end(`HTTP/1.1 ${status} ${name}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
