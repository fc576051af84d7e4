/** WebSockets byte by byte: what a client of ws would never send, or not in such pieces. */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {randomBytes} from 'node:crypto';
import net from 'node:net';
import {describe as suite, test} from 'node:test';
import {createTracker} from '../../js/tracker/index.js';
import {FLAG, decodeAll, encode} from './tracker_client.js';

const FIN = 0x80;
const [CONTINUED, BINARY, CLOSE, PING, PONG] = [0, 2, 8, 9, 10];
const HANDSHAKE = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** A short masked frame; a mask of zeros leaves the bytes as they are. */
const masked = (head, payload = Buffer.alloc(0)) =>
  Buffer.concat([Buffer.from([head, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
const closeBody = (code) => Buffer.from([code >> 8, code & 255]);

async function start(t, options = {}) {
  const tracker = await createTracker(options);
  await tracker.listen({port: 0});
  t.after(() => tracker.close({graceMs: 200}));
  return tracker;
}

/** A connection that has shaken hands, by whoever asks in one write: `after` comes with the request. */
class Wire {
  constructor(t, tracker, after = Buffer.alloc(0)) {
    const {hostname: host, port} = new URL(tracker.url);
    this.id = randomBytes(8).readBigUInt64BE();
    this.socket = net.connect({host, port: Number(port), allowHalfOpen: true});
    this.socket.setNoDelay();
    this.socket.on('error', () => {});
    t.after(() => this.socket.destroy());
    this.ended = once(this.socket, 'end');
    this.bytes = Buffer.alloc(0);
    this.socket.on('data', (piece) => {
      this.bytes = Buffer.concat([this.bytes, piece]);
      this.socket.emit('more');
    });
    this.socket.write(Buffer.concat([Buffer.from(HANDSHAKE), after]));
  }

  static async open(t, tracker) {
    const wire = new Wire(t, tracker);
    await wire.answer();
    return wire;
  }

  async answer() {
    for (;;) {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.bytes.toString('latin1', 0, end);
        this.bytes = this.bytes.subarray(end + 4);
        return head;
      }
      await once(this.socket, 'more');
    }
  }

  get hello() {
    return encode.hello({id: this.id});
  }

  /** The next frame, which is a short or middling one. */
  async frame() {
    for (;;) {
      const {bytes} = this;
      const middling = bytes.length > 3 && bytes[1] === 126;
      const length = middling ? bytes.readUInt16BE(2) : bytes[1];
      const at = middling ? 4 : 2;
      if (bytes.length >= 2 && bytes.length >= at + length) {
        this.bytes = bytes.subarray(at + length);
        return {head: bytes[0], payload: bytes.subarray(at, at + length)};
      }
      await once(this.socket, 'more');
    }
  }

  async kinds() {
    const {head, payload} = await this.frame();
    assert.equal(head, FIN | BINARY);
    return decodeAll(payload).map(({kind}) => kind);
  }

  async closeCode() {
    const {head, payload} = await this.frame();
    assert.equal(head, FIN | CLOSE);
    return payload.length === 0 ? null : payload.readUInt16BE();
  }

  /** In a packet of its own, as far as anybody can tell. */
  async write(bytes) {
    this.socket.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

suite('a WebSocket', () => {
  test('brings messages in whatever pieces, those of several at the same time', async (t) => {
    // Each piece shall be read as it comes.
    const tracker = await start(t, {limits: {socketsPerAddress: 1e6}});
    const wires = [await Wire.open(t, tracker), await Wire.open(t, tracker), await Wire.open(t, tracker)];
    const streams = wires.map(({hello}) => Buffer.concat([
      masked(FIN | BINARY, hello), masked(FIN | BINARY, encode.joinId(randomBytes(32), FLAG.hasInfo))]));
    for (let at = 0; at < streams[0].length; ++at) {
      wires.forEach(({socket}, i) => socket.write(streams[i].subarray(at, at + 1)));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (const wire of wires) {
      assert.deepEqual(await wire.kinds(), ['welcome']);
      assert.deepEqual(await wire.kinds(), ['match']);
    }
  });

  test('takes fragments with a ping between them, and frames that come with the handshake', async (t) => {
    const tracker = await start(t);
    const wire = new Wire(t, tracker, masked(BINARY, Buffer.from([0x20, 0])));
    assert.match(await wire.answer(), /^HTTP\/1\.1 101 .*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/s);
    await wire.write(masked(FIN | PING, Buffer.from('are you there')));
    assert.deepEqual(await wire.frame(), {head: FIN | PONG, payload: Buffer.from('are you there')});
    const {hello} = wire;
    await wire.write(masked(CONTINUED, hello.subarray(2, 10)));
    await wire.write(masked(FIN | CONTINUED, hello.subarray(10)));
    assert.deepEqual(await wire.kinds(), ['welcome']);
  });

  test('shares its receiver while it has no part of a message', async (t) => {
    const tracker = await start(t);
    const wires = [];
    for (let i = 0; i < 3; ++i) {
      const wire = await Wire.open(t, tracker);
      await wire.write(masked(FIN | BINARY, wire.hello));
      await wire.kinds();
      wires.push(wire);
    }
    const receivers = () => tracker.sockets.clients.parts.flatMap((part) => [...part.values()])
      .map(({receiver}) => receiver).filter(Boolean);
    assert.equal(receivers().length, 0);
    await wires[0].write(masked(FIN | PING).subarray(0, 1));
    await wires[1].write(masked(BINARY, wires[1].hello));
    while (receivers().length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(new Set(receivers()).size, 2);
    await wires[0].write(masked(FIN | PING).subarray(1));
    assert.equal((await wires[0].frame()).head, FIN | PONG);
    assert.equal(receivers().length, 1);
  });

  test('is closed for a broken frame with the fitting code, and ends', async (t) => {
    const tracker = await start(t, {limits: {maxMessage: 100, offencesPerMinute: 1000}});
    const unmasked = Buffer.from([FIN | BINARY, 1, 0]);
    const broken = [
      [unmasked, 1002],
      [masked(FIN | 3), 1002],
      [masked(FIN | CONTINUED), 1002],
      [masked(0xC0 | BINARY), 1002],
      [masked(FIN | CLOSE, Buffer.from([3])), 1002],
      [masked(FIN | CLOSE, closeBody(1005)), 1002],
      [masked(FIN | 1, Buffer.from([0xFF])), 1007],
      [masked(FIN | BINARY, Buffer.alloc(101)), 1009],
      [Buffer.concat([masked(BINARY, Buffer.alloc(60)), masked(FIN | CONTINUED, Buffer.alloc(60))]), 1009],
    ];
    for (const [bytes, code] of broken) {
      const wire = await Wire.open(t, tracker);
      await wire.write(Buffer.concat([bytes, masked(FIN | BINARY, wire.hello)]));
      assert.equal(await wire.closeCode(), code, bytes.toString('hex'));
      await wire.ended;
      wire.socket.end();
    }
    const wire = await Wire.open(t, tracker);
    await wire.write(masked(FIN | BINARY, wire.hello));
    assert.deepEqual(await wire.kinds(), ['welcome']);
  });

  test('answers a Close and ends; one that has closed reads until it is answered', async (t) => {
    const tracker = await start(t);
    for (const [body, code] of [[closeBody(4321), 4321], [Buffer.alloc(0), null]]) {
      const wire = await Wire.open(t, tracker);
      await wire.write(Buffer.concat([masked(FIN | CLOSE, body), masked(FIN | BINARY, wire.hello)]));
      assert.equal(await wire.closeCode(), code);
      await wire.ended;
      assert.equal(wire.bytes.length, 0);
      wire.socket.end();
      await once(wire.socket, 'close');
    }
    const closed = await Wire.open(t, tracker);
    await closed.write(masked(FIN | 1, Buffer.from('text')));
    assert.equal(await closed.closeCode(), 1003);
    await closed.write(masked(FIN | BINARY, closed.hello));
    assert.equal(closed.socket.readableEnded, false);
    await closed.write(masked(FIN | CLOSE, closeBody(1003)));
    await closed.ended;
    closed.socket.end();
    assert.equal(closed.bytes.length, 0);
  });

  test('that ends without a Close, or is cut off in a message, is forgotten', async (t) => {
    const tracker = await start(t);
    const wires = [await Wire.open(t, tracker), await Wire.open(t, tracker)];
    for (const wire of wires) {
      await wire.write(masked(FIN | BINARY, wire.hello));
      await wire.kinds();
      await wire.write(masked(FIN | BINARY, Buffer.alloc(20)).subarray(0, 10));
    }
    wires[0].socket.end();
    wires[1].socket.resetAndDestroy();
    await wires[0].ended;
    while (tracker.stats().sockets > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(tracker.sockets.clients.size, 0);
  });
});
