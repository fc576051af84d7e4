/**
 * One WebSocket, in half of the memory that ws's own has: of tens of thousands
 * each counts in bytes, and most say nothing most of the time. ws does the
 * handshake (WebSocketServer), takes frames apart (Receiver) and puts their heads
 * together (Sender); a Receiver belongs to a socket only while part of a message
 * is there, and no socket has listeners or closures of its own.
 *
 *           close          a Close, a broken frame or the end
 *   open ----------> closing -----------------------------------> ending
 *     |                 |  all of them, with a Close from us before  ^  |
 *     +-----------------|--------------------------------------------+  |
 *     |                 |                                               | both have ended,
 *     +-----------------+-------- the connection is gone -----------+   | or patience is over
 *                                                                   v   v
 *                                                                  closed
 *
 * @module
 */

import * as ws from 'ws';

/** Not in the types of ws. */
const {Receiver, Sender} = /** @type {any} */ (ws);

/** What a closing handshake may take. */
const CLOSE_WITHIN_MS = 30_000;
/**
 * Of one message: each costs some 200 bytes until the message is whole. One of
 * 1 MiB comes in about 700.
 */
const MAX_PIECES = 16_384;

const FRAME = {fin: true, rsv1: false, mask: false, readOnly: true};
const BINARY = {...FRAME, opcode: 2};
const CLOSE = {...FRAME, opcode: 8};
const PING = {...FRAME, opcode: 9};
const PONG = {...FRAME, opcode: 10};
const NOTHING = Buffer.alloc(0);

/** Codes to close with, by what ws calls the error; others are 1002 (RFC 6455, section 7.4.1). */
const CLOSE_CODES = /** @type {Record<string, number>} */ ({
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
});
const PROTOCOL_ERROR = 1002;
/** In the place of the code of a Close that has none; not to be sent. */
const NO_CODE = 1005;

/** States; of a closed one nobody has anything any more. */
const OPEN = 0;
const CLOSING = 1;
const ENDING = 2;

/** Where a stream has its ClientSocket. */
const CLIENT = Symbol('client');

/**
 * @typedef {import('node:net').Socket & {[CLIENT]?: ClientSocket}} Stream
 *
 * @typedef {object} Owner whom the events of a socket go to
 * @property {(client: ClientSocket, piece: Buffer) => void} came to be received when it is its turn
 * @property {(client: ClientSocket, message: Buffer, isBinary: boolean) => void} message
 * @property {(client: ClientSocket, error: Error & {code?: string}) => void} failed it was no frame, or too long;
 *   the socket is being closed, with the fitting code
 * @property {(client: ClientSocket) => void} closed
 * @property {SparseReceivers} receivers
 */

/** A Receiver that knows whose pieces it has, and whether it has any. */
class ClientReceiver extends Receiver {
  /** @type {ClientSocket | null} */
  client = null;

  /** @param {number} maxMessage bytes */
  constructor(maxMessage) {
    super({isServer: true, maxPayload: maxMessage, maxFragments: MAX_PIECES, maxBufferedChunks: MAX_PIECES});
    this.on('message', onMessage);
    this.on('ping', onPing);
    this.on('pong', onPong);
    this.on('conclude', onConclude);
    this.on('error', onBrokenFrame);
  }

  /** All that came was whole messages. After an error or a Close it never is again. */
  get idle() {
    return this._state === 0 && this._bufferedBytes === 0 && this._fragmented === 0 &&
      !this._errored && !this.writableEnded;
  }
}

/** Receivers for the sockets that need one just now. */
export class SparseReceivers {
  /** @param {number} maxMessage bytes */
  constructor(maxMessage) {
    this.maxMessage = maxMessage;
    /** @type {ClientReceiver | null} */
    this.spare = null;
  }

  /** @param {ClientSocket} client */
  take(client) {
    const receiver = this.spare ?? new ClientReceiver(this.maxMessage);
    this.spare = null;
    receiver.client = client;
    return receiver;
  }

  /** @param {ClientReceiver} receiver that is idle */
  giveBack(receiver) {
    receiver.client = null;
    this.spare = receiver;
  }
}

/** What WebSocketServer makes of a handshake, by its option `WebSocket`. */
export class ClientSocket {
  /** @type {Stream} */
  stream = /** @type {any} */ (null);
  /** @type {Owner | null} null until it is open */
  owner = null;
  /** @type {ClientReceiver | null} while part of a message is there */
  receiver = null;
  state = OPEN;
  /** @type {NodeJS.Timeout | null} */
  patience = null;
  /** Its number in the core. */
  conn = 0;
  /** @type {import('./limits.js').Usage | null} of its address */
  usage = null;
  /** It has been heard since the last ping. */
  heard = true;

  /** For WebSocketServer. @param {Stream} stream @param {Buffer} head what has come of it already */
  setSocket(stream, head) {
    this.stream = stream;
    // The one for requests.
    stream.setTimeout(0);
    stream.setNoDelay();
    if (head.length > 0) stream.unshift(head);
  }

  /** @param {Owner} owner */
  open(owner) {
    this.owner = owner;
    this.stream[CLIENT] = this;
    this.stream.on('data', onData).on('end', onEnd).on('error', onStreamError).on('close', onClose);
  }

  /** Bytes that the system has not taken yet. */
  get bufferedAmount() {
    return this.stream.writableLength;
  }

  /** @param {Buffer} message that stays as it is */
  send(message) {
    if (this.state === OPEN) this.#write(message, BINARY);
  }

  ping() {
    if (this.state === OPEN) this.#write(NOTHING, PING);
  }

  /** @param {number} code @param {string} [reason] of at most 123 bytes */
  close(code, reason = '') {
    if (this.state !== OPEN) return;
    this.state = CLOSING;
    const body = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
    body.writeUInt16BE(code);
    body.write(reason, 2);
    this.#write(code === NO_CODE ? NOTHING : body, CLOSE);
    this.patience = setTimeout(cutOff, CLOSE_WITHIN_MS, this);
  }

  /** Without a word. */
  terminate() {
    this.stream.destroy();
  }

  /** @param {Buffer} data @param {object} kind */
  #write(data, kind) {
    const {stream} = this;
    const [head, body] = Sender.frame(data, kind);
    if (!body) {
      stream.write(head);
      return;
    }
    stream.cork();
    stream.write(head);
    stream.write(body);
    stream.uncork();
  }

  pause() {
    this.stream.pause();
  }

  resume() {
    this.stream.resume();
  }

  // --- what its stream and its receiver tell ----------------------------------

  /** @param {Buffer} piece */
  receive(piece) {
    if (this.state === ENDING || !this.owner) return;
    const {receivers} = this.owner;
    const receiver = this.receiver ?? receivers.take(this);
    this.receiver = receiver;
    // Without compression it takes all at once, whatever it answers.
    receiver.write(piece);
    if (!receiver.idle) return;
    this.receiver = null;
    receivers.giveBack(receiver);
  }

  /** @param {Buffer} data */
  pinged(data) {
    // Who doesn't read gets no more.
    if (this.state === OPEN && this.bufferedAmount === 0) this.#write(data, PONG);
  }

  /** @param {number} code */
  concluded(code) {
    this.close(code);
    this.end();
  }

  /** @param {Error & {code?: string}} error */
  failed(error) {
    this.close(CLOSE_CODES[error.code ?? ''] ?? PROTOCOL_ERROR);
    this.end();
    this.owner?.failed(this, error);
  }

  /** Nothing that still comes is read. */
  end() {
    this.state = ENDING;
    this.receiver = null;
    this.stream.end();
    this.patience ??= setTimeout(cutOff, CLOSE_WITHIN_MS, this);
  }

  closed() {
    if (this.patience) clearTimeout(this.patience);
    this.patience = null;
    this.state = ENDING;
    this.receiver = null;
    this.owner?.closed(this);
  }
}

/** @this {Stream} @param {Buffer} piece */
function onData(piece) {
  const client = this[CLIENT];
  if (client) client.owner?.came(client, piece);
}

/** @this {Stream} */
function onEnd() {
  this[CLIENT]?.end();
}

/** Closing follows. */
function onStreamError() {}

/** @this {Stream} */
function onClose() {
  this[CLIENT]?.closed();
}

/** @this {ClientReceiver} @param {Buffer} data @param {boolean} isBinary */
function onMessage(data, isBinary) {
  const {client} = this;
  client?.owner?.message(client, data, isBinary);
}

/** @this {ClientReceiver} @param {Buffer} data */
function onPing(data) {
  this.client?.pinged(data);
}

/** @this {ClientReceiver} */
function onPong() {
  if (this.client) this.client.heard = true;
}

/** @this {ClientReceiver} @param {number} code */
function onConclude(code) {
  this.client?.concluded(code);
}

/** @this {ClientReceiver} @param {Error & {code?: string}} error */
function onBrokenFrame(error) {
  this.client?.failed(error);
}

/** @param {ClientSocket} client */
function cutOff(client) {
  client.terminate();
}
