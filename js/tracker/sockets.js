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
import {Outbox} from './outbox.js';
import {pageOriginFilter} from './page_origins.js';

/** Half-open connections are found by pings that nobody answers. */
const PING_EVERY_MS = 30_000;

/** @typedef {ReturnType<typeof import('./options.js').withDefaults>} Options */

/** A socket with what the tracker keeps for it. */
class Client {
  /**
   * @param {import('ws').WebSocket} socket
   * @param {number} conn its number in the core
   */
  constructor(socket, conn) {
    this.socket = socket;
    this.conn = conn;
    /** It has been heard since the last ping. */
    this.heard = true;
    /** @type {Buffer[] | null} */
    this.outgoing = null;
    this.outgoingBytes = 0;
    this.due = false;
    this.heldUntil = 0;
  }
}

export class Sockets {
  /**
   * @param {object} parts
   * @param {Options} parts.options
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
    /** @type {Outbox<Client>} */
    this.outbox = new Outbox((client, parts, bytes) => this.#write(client, parts, bytes));
    this.pings = setInterval(() => this.#ping(), PING_EVERY_MS);
    this.pings.unref();
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:stream').Duplex} stream a socket
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
    this.server.handleUpgrade(request, stream, head, (socket) => {
      const client = this.#open(socket);
      this.core?.socketUp(client.conn, bytes, this.locate(address));
      this.options.logger.debug({conn: client.conn, ...this.#addressField(address)}, 'socket open');
    });
  }

  /** @param {import('ws').WebSocket} socket */
  #open(socket) {
    const client = new Client(socket, this.nextConn);
    this.nextConn = this.nextConn % 0xFFFFFFFF + 1;
    this.clients.set(client.conn, client);
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#message(client, /** @type {Buffer} */ (data));
      else this.#drop(client, TEXT_MESSAGE);
    });
    socket.on('pong', () => {
      client.heard = true;
    });
    socket.on('error', (error) => {
      // Not a frame, or too long: ws has closed it, with the fitting code.
      this.metrics.closed.inc({reason: /** @type {any} */ (error).code ?? 'error'});
    });
    socket.on('close', () => this.#forget(client));
    return client;
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
   * @param {Client} client
   * @param {Buffer} message
   */
  #message(client, message) {
    client.heard = true;
    const started = performance.now();
    this.core?.socketMessage(client.conn, message);
    this.metrics.messageSeconds.observe((performance.now() - started) / 1000);
  }

  /** The core shall hear of it no more. @param {Client} client */
  #forget(client) {
    if (!this.clients.delete(client.conn)) return;
    this.core?.socketDown(client.conn);
  }

  /** @param {number} conn @param {Buffer} message @param {boolean} canWait */
  send(conn, message, canWait) {
    const client = this.clients.get(conn);
    if (client) this.outbox.put(client, message, canWait);
  }

  /** Sends what was given to `send` and can't wait. */
  flush() {
    this.outbox.flush();
  }

  /**
   * @param {Client} client
   * @param {Buffer[]} parts
   * @param {number} bytes
   */
  #write(client, parts, bytes) {
    const buffered = client.socket.bufferedAmount;
    if (buffered > 0 && buffered + bytes > this.options.limits.maxBuffered) {
      this.#drop(client, TOO_SLOW);
      return;
    }
    client.socket.send(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes));
  }

  /** @param {number} conn @param {number} reason of the core */
  close(conn, reason) {
    const client = this.clients.get(conn);
    if (!client) return;
    // The core has forgotten it already.
    this.clients.delete(conn);
    // What it was told before, perhaps why.
    this.outbox.flush();
    this.#end(client, CORE_CLOSE_REASONS[reason]);
  }

  /**
   * @param {Client} client
   * @param {[number, string]} why
   */
  #drop(client, why) {
    this.#forget(client);
    this.#end(client, why);
  }

  /**
   * @param {Client} client
   * @param {[number, string]} why
   */
  #end(client, why) {
    const [code, reason] = why;
    this.metrics.closed.inc({reason});
    this.options.logger.debug({code, reason}, 'closed a socket');
    client.socket.close(code, reason);
    // Who doesn't read never learns why.
    if (why === TOO_SLOW) client.socket.terminate();
  }

  #ping() {
    for (const client of this.clients.values()) {
      if (!client.heard) {
        client.socket.terminate();
      } else {
        client.heard = false;
        client.socket.ping();
      }
    }
  }

  /**
   * Closes everything; those who don't answer within `graceMs` are cut off.
   *
   * @param {number} graceMs
   */
  async closeAll(graceMs) {
    clearInterval(this.pings);
    this.outbox.close();
    this.core = null;
    const open = [...this.clients.values()];
    this.clients.clear();
    await Promise.all(open.map((client) => new Promise((resolve) => {
      client.socket.once('close', resolve);
      client.socket.close(...GOING_AWAY);
      setTimeout(() => client.socket.terminate(), graceMs).unref();
    })));
  }
}

/**
 * @param {import('node:stream').Duplex} stream
 * @param {number} status
 * @param {string} text
 */
function refuse(stream, status, text) {
  const names = {400: 'Bad Request', 403: 'Forbidden', 429: 'Too Many Requests', 503: 'Service Unavailable'};
  const name = names[/** @type {keyof typeof names} */ (status)];
  stream.once('error', () => {});
  stream.end(`HTTP/1.1 ${status} ${name}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
