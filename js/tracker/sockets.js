/**
 * WebSockets on one side, the core on the other.
 *
 *   upgrade --checked--> open --hello etc.: the core decides--> closed
 *
 * @module
 */

import {WebSocketServer} from 'ws';
import {addressBytes, clientAddress, limitKey} from './address.js';
import {CORE_CLOSE_REASONS, GOING_AWAY, OFFENCES, TEXT_MESSAGE, TOO_SLOW} from './close_codes.js';
import {ClientSocket, SparseReceivers} from './client_socket.js';
import {ClientTable, PARTS} from './client_table.js';
import {FairTurns} from './fair_turns.js';
import {AddressLimits} from './limits.js';
import {pageOriginFilter} from './page_origins.js';

/** Half-open connections are found by pings that nobody answers: each socket's turn comes once in this time. */
const PING_EVERY_MS = 30_000;

/** One message in so many is timed: noting the time takes a tenth of what a message does. */
const TIMED_EVERY = 16;

/** @typedef {ReturnType<typeof import('./options.js').withDefaults>} Options */

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
      clientTracking: false,
      // All that it asks of it is setSocket.
      WebSocket: /** @type {any} */ (ClientSocket),
    });
    this.receivers = new SparseReceivers(options.limits.maxMessage);
    /** @type {ClientTable<ClientSocket>} */
    this.clients = new ClientTable();
    this.turns = new FairTurns(options.limits);
    this.pingPart = 0;
    this.nextConn = 1;
    this.messages = 0;
    /** @type {import('./core.js').TrackerCore | null} set before the first upgrade */
    this.core = null;
    this.pings = setInterval(() => this.pingSome(), PING_EVERY_MS / PARTS);
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
    const usage = this.limits.of(limitKey(bytes));
    const refusal = this.#refusal(request, usage);
    if (refusal) {
      this.metrics.rejected.inc({reason: refusal.reason});
      this.options.logger.debug({reason: refusal.reason, ...this.#addressField(address)}, 'refused a socket');
      refuse(stream, refusal.status, refusal.text);
      return;
    }
    /** @type {ClientSocket | null} */
    let client = null;
    this.server.handleUpgrade(request, stream, head, (socket) => {
      client = /** @type {any} */ (socket);
    });
    // ws has answered what is no WebSocket handshake.
    if (client) this.#open(client, usage, bytes, address);
    else this.limits.release(usage);
  }

  /**
   * @param {ClientSocket} client
   * @param {import('./limits.js').Usage} usage
   * @param {Uint8Array} bytes of the address
   * @param {string} address
   */
  #open(client, usage, bytes, address) {
    client.usage = usage;
    client.conn = this.nextConn;
    client.open(this);
    this.nextConn = this.nextConn % 0xFFFFFFFF + 1;
    this.clients.add(client);
    this.core?.socketUp(client.conn, bytes, this.locate(address));
    this.options.logger.debug({conn: client.conn, ...this.#addressField(address)}, 'socket open');
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('./limits.js').Usage} usage
   */
  #refusal(request, usage) {
    if (!this.core) return {reason: 'closing', status: 503, text: 'The tracker is shutting down.'};
    if (!this.mayConnect(request.headers.origin)) {
      return {reason: 'origin', status: 403, text: 'Pages of this origin may not use this tracker.'};
    }
    if (this.clients.size >= this.options.limits.maxSockets) {
      return {reason: 'full', status: 503, text: 'The tracker is full.'};
    }
    const limit = this.limits.take(usage);
    if (limit === 'barred') return {reason: limit, status: 429, text: 'This address has sent too much rubbish.'};
    if (limit) return {reason: limit, status: 429, text: 'Too many connections from this address.'};
    return null;
  }

  /** @param {string} address */
  #addressField(address) {
    return this.options.logAddresses ? {address} : {};
  }

  // --- what a socket tells ------------------------------------------------------

  /** @param {ClientSocket} client @param {Buffer} piece */
  came(client, piece) {
    if (client.usage) this.turns.take(client.usage, client, piece);
  }

  /** @param {ClientSocket} client @param {Buffer} message @param {boolean} isBinary */
  message(client, message, isBinary) {
    // One that we have closed may go on talking until it hears of that.
    if (!this.clients.get(client.conn)) return;
    if (!isBinary) {
      this.#offended(client);
      this.#drop(client, TEXT_MESSAGE);
      return;
    }
    client.heard = true;
    const started = performance.now();
    this.core?.socketMessage(client.conn, message, started);
    if (this.messages++ % TIMED_EVERY === 0) {
      this.metrics.messageSeconds.observe((performance.now() - started) / 1000);
    }
  }

  /** @param {ClientSocket} client @param {Error & {code?: string}} error */
  failed(client, error) {
    if (error.code?.startsWith('WS_ERR')) this.#offended(client);
    this.metrics.closed.inc({reason: error.code ?? 'error'});
  }

  /** @param {ClientSocket} client */
  closed(client) {
    if (client.usage) {
      this.turns.drop(client.usage, client);
      this.limits.release(client.usage);
    }
    client.usage = null;
    this.#forget(client);
  }

  /** @param {ClientSocket} client */
  #offended(client) {
    if (client.usage) this.limits.offend(client.usage);
  }

  /** The core shall hear of it no more. @param {ClientSocket} client */
  #forget(client) {
    if (!this.clients.delete(client.conn)) return;
    this.core?.socketDown(client.conn);
  }

  // --- what the core wants ------------------------------------------------------

  /** @param {number} conn @param {Buffer} message */
  send(conn, message) {
    const client = this.clients.get(conn);
    if (!client) return;
    const buffered = client.bufferedAmount;
    if (buffered > 0 && buffered + message.length > this.options.limits.maxBuffered) {
      this.#drop(client, TOO_SLOW);
      return;
    }
    client.send(message);
  }

  /** @param {number} conn @param {number} reason of the core */
  close(conn, reason) {
    const client = this.clients.get(conn);
    if (!client) return;
    if (OFFENCES.has(reason)) this.#offended(client);
    // The core has forgotten it already.
    this.clients.delete(conn);
    this.#end(client, CORE_CLOSE_REASONS[reason]);
  }

  /**
   * @param {ClientSocket} client
   * @param {[number, string]} why
   */
  #drop(client, why) {
    this.#forget(client);
    this.#end(client, why);
  }

  /**
   * @param {ClientSocket} client
   * @param {[number, string]} why
   */
  #end(client, why) {
    const [code, reason] = why;
    this.metrics.closed.inc({reason});
    this.options.logger.debug({code, reason}, 'closed a socket');
    client.close(code, reason);
    // Who doesn't read never learns why.
    if (why === TOO_SLOW) client.terminate();
  }

  /** The next part of all sockets. */
  pingSome() {
    const part = this.pingPart;
    this.pingPart = (part + 1) % PARTS;
    for (const client of this.clients.part(part)) {
      if (!client.heard) {
        client.terminate();
      } else {
        client.heard = false;
        client.ping();
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
    this.core = null;
    const open = this.clients.takeAll();
    await Promise.all(open.map((client) => new Promise((resolve) => {
      client.stream.once('close', resolve);
      client.close(...GOING_AWAY);
      setTimeout(() => client.terminate(), graceMs).unref();
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
