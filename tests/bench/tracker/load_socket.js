/**
 * A WebSocket client (RFC 6455) that is only what load needs: thousands of them
 * must cost less than the server under test.
 */
import {randomBytes} from 'node:crypto';
import net from 'node:net';

/** Masked all alike: what masking costs the server does not depend on the key. */
const MASK = Buffer.from([0x5A, 0x31, 0xC7, 0x08]);
const FINAL = 0x80;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class LoadSocket {
  /**
   * @param {{host: string, port: number, path: string}} where
   * @param {{localAddress?: string}} [options] the address it connects from
   */
  constructor({host, port, path}, {localAddress} = {}) {
    /** @type {(payload: Buffer) => void} the payload is valid during the call only */
    this.onMessage = () => {};
    /** @type {(why: string) => void} once */
    this.onClose = () => {};
    /** What has come and is not a whole frame yet. @type {Buffer | null} */
    this.rest = null;
    this.opened = false;
    this.farewell = 'the connection was cut';
    this.stream = net.connect({host, port, localAddress, noDelay: true});
    // The headers that Chromium sends.
    this.stream.write(`GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\n` +
      'Pragma: no-cache\r\nCache-Control: no-cache\r\n' +
      'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
      'Chrome/156.0.0.0 Safari/537.36\r\n' +
      'Upgrade: websocket\r\nOrigin: https://site.example\r\nSec-WebSocket-Version: 13\r\n' +
      'Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n' +
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n' +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`);
    this.open = new Promise((resolve, reject) => {
      this.stream.once('error', reject);
      this.stream.once('close', () => reject(new Error('closed before it was open')));
      this.upgraded = resolve;
      this.refused = reject;
    });
    this.stream.on('data', piece => this.#data(piece));
    this.stream.once('close', () => this.onClose(this.farewell));
  }

  /** @param {Buffer} payload @param {boolean} [text] */
  send(payload, text = false) {
    const {length} = payload;
    const head = length < 126 ? 2 : length < 65536 ? 4 : 10;
    const frame = Buffer.allocUnsafe(head + 4 + length);
    frame[0] = FINAL | (text ? TEXT : BINARY);
    if (head === 2) {
      frame[1] = 0x80 | length;
    } else if (head === 4) {
      frame[1] = 0x80 | 126;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = 0x80 | 127;
      frame.writeBigUInt64BE(BigInt(length), 2);
    }
    MASK.copy(frame, head);
    for (let i = 0, at = head + 4; i < length; ++i, ++at) frame[at] = payload[i] ^ MASK[i & 3];
    this.stream.write(frame);
  }

  destroy() {
    this.stream.destroy();
  }

  /** @param {Buffer} piece */
  #data(piece) {
    let bytes = this.rest ? Buffer.concat([this.rest, piece]) : piece;
    this.rest = null;
    if (!this.opened) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.rest = bytes;
        return;
      }
      const status = bytes.toString('latin1', 9, 12);
      if (status !== '101') return this.refused(new Error(`refused with status ${status}`));
      this.opened = true;
      this.upgraded();
      bytes = bytes.subarray(end + 4);
    }
    let at = 0;
    while (at < bytes.length) {
      const next = this.#frame(bytes, at);
      if (next < 0) break;
      at = next;
    }
    if (at < bytes.length) this.rest = Buffer.from(bytes.subarray(at));
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   * @returns {number} where the next frame starts; -1: this one is not whole
   */
  #frame(bytes, at) {
    const left = bytes.length - at;
    if (left < 2) return -1;
    let length = bytes[at + 1];
    let head = 2;
    if (length === 126) {
      head = 4;
      if (left < head) return -1;
      length = bytes.readUInt16BE(at + 2);
    } else if (length === 127) {
      head = 10;
      if (left < head) return -1;
      length = Number(bytes.readBigUInt64BE(at + 2));
    }
    const end = at + head + length;
    if (end > bytes.length) return -1;
    const kind = bytes[at] & 15;
    if (kind === TEXT || kind === BINARY) {
      this.onMessage(bytes.subarray(at + head, end));
    } else if (kind === PING) {
      this.stream.write(Buffer.concat([Buffer.from([FINAL | PONG, 0x80]), MASK]));
    } else if (kind === CLOSE) {
      const code = length >= 2 ? bytes.readUInt16BE(at + head) : 1005;
      this.farewell = `closed with ${code}: ${bytes.toString('utf8', at + head + 2, end)}`;
      this.stream.destroy();
    }
    return end;
  }
}
