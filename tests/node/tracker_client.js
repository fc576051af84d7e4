/**
 * A client of the tracker for tests: a WebSocket and a codec of its own,
 * written from the byte diagrams and not from the C++.
 */

import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {WebSocket} from 'ws';

export const TAG = {
  hello: 0x20, report: 0x21, fileInfo: 0x22, match: 0x23, join: 0x24, leave: 0x25, wantPeers: 0x26,
  notice: 0x27, welcome: 0x28, health: 0x29, error: 0x30, sdp: 0x31, completed: 0x32,
};
export const FLAG = {hasInfo: 1, seeder: 2, p2pOnly: 4};

const u8 = (value) => Buffer.from([value]);
const u16 = (value) => {
  const b = Buffer.alloc(2);
  b.writeUInt16BE(value);
  return b;
};
const u32 = (value) => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(value);
  return b;
};
const u64 = (value) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(value));
  return b;
};
const text = (value) => Buffer.concat([u16(Buffer.byteLength(value)), Buffer.from(value)]);
export const frame = (tag, ...parts) => {
  const value = Buffer.concat(parts);
  return Buffer.concat([u8(tag), u32(value.length), value]);
};

export const encode = {
  hello: ({id, secret = 1n, vendor = 1, version = 120, network = 0, token = '', protocol = 1}) =>
    frame(TAG.hello, u8(protocol), u64(id), u64(secret), u8(vendor), u16(version), u8(network), text(token)),
  joinUrl: (url, ref = 7, flags = 0) => frame(TAG.join, u32(ref), u8(flags), u8(0), text(url)),
  joinId: (id, flags = 0, ref = 7) => frame(TAG.join, u32(ref), u8(flags), u8(1), id),
  leave: (id) => frame(TAG.leave, id),
  wantPeers: (id, count) => frame(TAG.wantPeers, id, u8(count)),
  completed: (id) => frame(TAG.completed, id),
  /** Without blocks or bytes: that these clients could not be connected to. */
  reportFailed: (id, peers) => frame(TAG.report, id, Buffer.alloc(57), u16(peers.length),
    ...peers.map((peer) => Buffer.concat([u64(peer), u8(2), Buffer.alloc(12)]))),
  sdp: (origin, dest, kind, body) => frame(TAG.sdp, u64(origin), u64(dest), u8(kind), text(body)),
  fileInfo: ({id, size, blockSize, chunkSize, hashes, name = '', type = ''}, ref = 7) =>
    frame(TAG.fileInfo, u32(ref), id, u64(size), u32(blockSize), u32(chunkSize),
      text(''), text(''), text(''), text(name), text(type), u32(hashes.length / 32), hashes),
};

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  take(count) {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  u8() {
    return this.take(1).readUInt8();
  }
  u16() {
    return this.take(2).readUInt16BE();
  }
  u32() {
    return this.take(4).readUInt32BE();
  }
  u64() {
    return this.take(8).readBigUInt64BE();
  }
  text() {
    return this.take(this.u16()).toString();
  }
  get left() {
    return this.bytes.length - this.at;
  }
}

const decoders = {
  [TAG.welcome](r) {
    const welcome = {kind: 'welcome', version: r.u8(), reportInterval: r.u32(), servers: []};
    for (let n = r.u8(); n > 0; --n) {
      welcome.servers.push({url: r.text(), username: r.text(), credential: r.text()});
    }
    return welcome;
  },
  [TAG.fileInfo](r) {
    const info = {
      kind: 'fileInfo', ref: r.u32(), id: r.take(32), size: Number(r.u64()), blockSize: r.u32(), chunkSize: r.u32(),
      etag: r.text(), lastModified: r.text(), origin: r.text(), name: r.text(), type: r.text(),
    };
    return {...info, hashes: r.take(r.u32() * 32)};
  },
  [TAG.match](r) {
    const match = {kind: 'match', id: r.take(32), peers: r.u32(), seeders: r.u32(), candidates: []};
    while (r.left > 0) match.candidates.push({peer: r.u64(), offer: r.u8() === 1});
    return match;
  },
  [TAG.notice]: (r) => ({kind: 'notice', code: r.u8(), retryAfter: r.u32(), text: r.text()}),
  [TAG.health]: (r) => ({kind: 'health', id: r.take(32), seeders: r.u32(), peers: r.u32(), completed: r.u32()}),
  [TAG.error]: (r) => ({kind: 'error', ref: r.u32(), code: r.u8(), text: r.text()}),
  [TAG.sdp]: (r) => ({kind: 'sdp', origin: r.u64(), dest: r.u64(), sdp: r.u8(), text: r.text()}),
};

export function decodeAll(bytes) {
  const messages = [];
  const reader = new Reader(bytes);
  while (reader.left > 0) {
    const tag = reader.u8();
    const value = new Reader(reader.take(reader.u32()));
    messages.push(decoders[tag](value));
  }
  return messages;
}

/** The root hash, from FileInfo::ComputeRoot's description. */
export function rootOf({size, blockSize, chunkSize, hashes}) {
  return createHash('sha256').update('peer5 root 1\n').update(u64(size)).update(u32(blockSize))
    .update(u32(chunkSize)).update(hashes).digest();
}

/** What must be known of these bytes. */
export function describe(bytes, blockSize, chunkSize = Math.min(16384, blockSize)) {
  const hashes = [];
  for (let at = 0; at < bytes.length; at += blockSize) {
    hashes.push(createHash('sha256').update(bytes.subarray(at, at + blockSize)).digest());
  }
  const info = {size: bytes.length, blockSize, chunkSize, hashes: Buffer.concat(hashes)};
  return {...info, id: rootOf(info)};
}

export class TestClient {
  constructor(url, options) {
    this.id = options.id ?? randomBytes(8).readBigUInt64BE();
    this.socket = new WebSocket(url,
      {headers: options.headers, origin: options.origin, localAddress: options.localAddress});
    this.messages = [];
    this.waiting = new Set();
    this.closed = new Promise((resolve) => this.socket.once('close', (code, reason) =>
      resolve({code, reason: reason.toString()})));
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      this.messages.push(...decodeAll(data));
      for (const look of this.waiting) look();
    });
  }

  /** Connects and says hello. */
  static async open(url, options = {}) {
    const client = new TestClient(url, options);
    await once(client.socket, 'open');
    client.send(encode.hello({...options, id: client.id}));
    return client;
  }

  send(...frames) {
    this.socket.send(Buffer.concat(frames));
  }

  /** The next message of this kind (that passes) which no `next` has returned yet. */
  next(kind, passes = () => true, timeoutMs = 5000) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.messages.findIndex((m) => m.kind === kind && passes(m));
        if (at < 0) return;
        done();
        resolve(this.messages.splice(at, 1)[0]);
      };
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`no ${kind} came; got ${JSON.stringify(this.messages.map((m) => m.kind))}`));
      }, timeoutMs);
      this.waiting.add(look);
      look();
    });
  }

  async close() {
    this.socket.close();
    await this.closed;
  }
}
