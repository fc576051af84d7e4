/**
 * A WebSocket (RFC 6455) as the tracker needs it, the server's side: whole
 * binary messages, nothing negotiated. A tracker is mostly idle sockets, so
 * what counts is how little each keeps: one small object on top of the stream,
 * listeners shared by all, no buffers between messages.
 *
 *   open --close() or the client's close--> closing --stream ends--> gone
 *     \____________________stream ends, terminate()__________________/
 *
 * @module
 */

import {createHash} from 'node:crypto';
import {MALFORMED, TEXT_MESSAGE, TOO_LARGE} from './close_codes.js';

/** Section 1.3: proves that the handshake was understood. */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const VERSION = '13';

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const OPCODE = 0x0F;
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const MASK_SIZE = 4;
const MAX_CONTROL = 125;
/** Of one message: browsers send it in one, some libraries in a few. */
const MAX_FRAGMENTS = 256;
/** A client that doesn't answer our close is cut off after this. */
const CLOSE_TIMEOUT_MS = 2000;

const kConnection = Symbol('connection');

/**
 * @typedef {object} ConnectionHandlers shared by all connections
 * @property {(connection: Connection, message: Buffer) => void} message valid during the call only
 * @property {(connection: Connection) => void} alive the client has answered a ping
 * @property {(connection: Connection, why: [number, string]) => void} violation it breaks the protocol; to be closed
 * @property {(connection: Connection) => void} gone once, last of all, whoever ended it
 */

/**
 * What has come of a frame that is not whole yet: `used` bytes of a buffer that
 * doubles as it fills, so that a frame sent byte by byte costs no more than its
 * length.
 *
 * @typedef {{buffer: Buffer, used: number, needed: number}} Unread
 */
/** What has come of a message in several frames. @typedef {{pieces: Buffer[], bytes: number}} Fragments */

/**
 * Answers the opening handshake, or says what is wrong with it.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:stream').Duplex} stream
 * @returns {string | null} null: done
 */
export function shakeHands(request, stream) {
  const {headers} = request;
  const key = headers['sec-websocket-key'] ?? '';
  if (request.method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return 'Not a WebSocket handshake.';
  if (headers['sec-websocket-version'] !== VERSION) return `Only version ${VERSION} of WebSocket is spoken here.`;
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key)) return 'Sec-WebSocket-Key is missing or invalid.';
  const accept = createHash('sha1').update(key + HANDSHAKE_GUID).digest('base64');
  stream.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
  return null;
}

export class Connection {
  /**
   * @param {import('node:net').Socket} stream after the handshake
   * @param {ConnectionHandlers} handlers
   * @param {number} maxMessage bytes
   */
  constructor(stream, handlers, maxMessage) {
    this.stream = stream;
    this.handlers = handlers;
    this.maxMessage = maxMessage;
    this.open = true;
    /** @type {Unread | null} */
    this.unread = null;
    /** @type {Fragments | null} */
    this.fragments = null;
    /** @type {any} */ (stream)[kConnection] = this;
    stream.setTimeout(0);
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
  }

  /** Bytes not yet taken by the network. */
  get bufferedAmount() {
    return this.stream.writableLength;
  }

  /** @param {Buffer[]} parts of one message @param {number} bytes of all together */
  send(parts, bytes) {
    this.#write(BINARY, parts, bytes);
  }

  ping() {
    this.#write(PING, [], 0);
  }

  /** @param {[number, string]} why status code (section 7.4) and reason */
  close([code, reason]) {
    if (!this.open) return;
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.#write(CLOSE, [payload], payload.length);
    this.open = false;
    this.unread = null;
    this.fragments = null;
    this.stream.end();
    // What still comes is read and dropped: closing on unread bytes would
    // reset the connection, and the client would not learn the reason.
    setTimeout(() => this.stream.destroy(), CLOSE_TIMEOUT_MS).unref();
  }

  /** Without a word. */
  terminate() {
    this.open = false;
    this.stream.destroy();
  }

  /**
   * @param {number} opcode
   * @param {Buffer[]} parts
   * @param {number} bytes
   */
  #write(opcode, parts, bytes) {
    if (!this.open) return;
    const head = bytes <= MAX_CONTROL ? 2 : bytes < 65536 ? 4 : 10;
    const frame = Buffer.allocUnsafe(head + bytes);
    frame[0] = FINAL | opcode;
    if (head === 2) {
      frame[1] = bytes;
    } else if (head === 4) {
      frame[1] = 126;
      frame.writeUInt16BE(bytes, 2);
    } else {
      frame[1] = 127;
      frame.writeBigUInt64BE(BigInt(bytes), 2);
    }
    let at = head;
    for (const part of parts) at += part.copy(frame, at);
    this.stream.write(frame);
  }

  /** @param {Buffer} piece as it comes from the network */
  read(piece) {
    let bytes = piece;
    if (this.unread) {
      append(this.unread, piece);
      if (this.unread.used < this.unread.needed) return;
      bytes = this.unread.buffer.subarray(0, this.unread.used);
      this.unread = null;
    }
    for (let at = 0; at < bytes.length && this.open;) {
      const end = this.#frameEnd(bytes, at);
      if (end > bytes.length) {
        const buffer = Buffer.from(bytes.subarray(at));
        this.unread = {buffer, used: buffer.length, needed: end - at};
        return;
      }
      if (end > 0) this.#frame(bytes, at, end);
      at = end;
    }
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   * @returns {number} where the frame ends, as far as can be seen; 0: it may not go on
   */
  #frameEnd(bytes, at) {
    const left = bytes.length - at;
    if (left < 2) return at + 2;
    const first = bytes[at];
    const masked = (bytes[at + 1] & MASKED) !== 0;
    let length = bytes[at + 1] & ~MASKED;
    let head = 2 + MASK_SIZE;
    const control = (first & OPCODE) >= CLOSE;
    if ((first & RESERVED) !== 0 || !masked || control && (length > MAX_CONTROL || (first & FINAL) === 0)) {
      return this.#violation(MALFORMED);
    }
    if (length === 126) {
      head = 4 + MASK_SIZE;
      if (left < head) return at + head;
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      head = 10 + MASK_SIZE;
      if (left < head) return at + head;
      length = Number(bytes.readBigUInt64BE(at + 2));
    }
    // Before its bytes are waited for, and so kept.
    if (length + (this.fragments?.bytes ?? 0) > this.maxMessage) return this.#violation(TOO_LARGE);
    return at + head + length;
  }

  /** @param {[number, string]} why @returns {0} */
  #violation(why) {
    this.handlers.violation(this, why);
    return 0;
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   * @param {number} end of the frame, which is whole
   */
  #frame(bytes, at, end) {
    const short = bytes[at + 1] & ~MASKED;
    const mask = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const payload = bytes.subarray(mask + MASK_SIZE, end);
    unmask(payload, bytes, mask);
    const opcode = bytes[at] & OPCODE;
    const final = (bytes[at] & FINAL) !== 0;
    if (opcode === BINARY && !this.fragments) {
      if (final) this.handlers.message(this, payload);
      else this.fragments = {pieces: [Buffer.from(payload)], bytes: payload.length};
    } else if (opcode === CONTINUATION && this.fragments) {
      this.#fragment(this.fragments, payload, final);
    } else if (opcode === PING) {
      this.#write(PONG, [payload], payload.length);
    } else if (opcode === PONG) {
      this.handlers.alive(this);
    } else if (opcode === CLOSE) {
      this.close([payload.length >= 2 ? payload.readUInt16BE() : 1000, '']);
    } else {
      this.#violation(opcode === TEXT ? TEXT_MESSAGE : MALFORMED);
    }
  }

  /** @param {Fragments} fragments @param {Buffer} payload @param {boolean} final */
  #fragment(fragments, payload, final) {
    fragments.pieces.push(final ? payload : Buffer.from(payload));
    fragments.bytes += payload.length;
    if (fragments.pieces.length > MAX_FRAGMENTS) this.#violation(TOO_LARGE);
    if (!final || !this.open) return;
    this.fragments = null;
    this.handlers.message(this, Buffer.concat(fragments.pieces, fragments.bytes));
  }
}

/** @param {Unread} unread @param {Buffer} piece */
function append(unread, piece) {
  const bytes = unread.used + piece.length;
  if (bytes > unread.buffer.length) {
    const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * unread.buffer.length));
    unread.buffer.copy(larger, 0, 0, unread.used);
    unread.buffer = larger;
  }
  piece.copy(unread.buffer, unread.used);
  unread.used = bytes;
}

/** @param {Buffer} payload @param {Buffer} bytes @param {number} mask where it is in `bytes` */
function unmask(payload, bytes, mask) {
  const key = [bytes[mask], bytes[mask + 1], bytes[mask + 2], bytes[mask + 3]];
  for (let i = 0; i < payload.length; ++i) payload[i] ^= key[i & 3];
}

/** @this {any} @param {Buffer} piece */
function onData(piece) {
  const connection = this[kConnection];
  if (connection.open) connection.read(piece);
}

/** @this {any} */
function onEnd() {
  this[kConnection].terminate();
}

/** What went wrong is in the close that follows. */
function onError() {}

/** @this {any} */
function onClose() {
  const connection = this[kConnection];
  connection.open = false;
  connection.handlers.gone(connection);
}
