import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';
import {describe as suite, test} from 'node:test';
import {WebSocket} from 'ws';
import {Connection, shakeHands} from '../../js/tracker/connection.js';

const MASK = Buffer.from([1, 2, 3, 4]);
const MAX_MESSAGE = 1000;

/** A client's frame, by hand. */
function clientFrame(first, payload = Buffer.alloc(0), {length = payload.length, masked = true} = {}) {
  const head = length < 126 ? [length] : length < 65536 ? [126, length >> 8, length & 255] :
    [127, 0, 0, 0, 0, length >>> 24, length >> 16 & 255, length >> 8 & 255, length & 255];
  if (!masked) return Buffer.concat([Buffer.from([first, ...head]), payload]);
  head[0] |= 0x80;
  return Buffer.concat([Buffer.from([first, ...head]), MASK, payload.map((byte, i) => byte ^ MASK[i & 3])]);
}

/** A server whose connections say what they get, and a raw client of it. */
async function pair(t) {
  const got = {messages: [], violations: [], alive: 0, gone: 0};
  const handlers = {
    message: (_, message) => got.messages.push(Buffer.from(message)),
    alive: () => ++got.alive,
    violation: (connection, why) => {
      got.violations.push(why[0]);
      connection.close(why);
    },
    gone: () => ++got.gone,
  };
  const server = http.createServer();
  let serve;
  const served = new Promise(resolve => { serve = resolve; });
  server.on('upgrade', (request, stream) => {
    const wrong = shakeHands(request, stream);
    if (wrong) return stream.end(`HTTP/1.1 400 Bad Request\r\n\r\n${wrong}`);
    serve(new Connection(stream, handlers, MAX_MESSAGE));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {got, port, served, url: `ws://127.0.0.1:${port}/`};
}

/** A raw client after the handshake. */
async function rawClient(t, port) {
  const socket = net.connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  const [answer] = await once(socket, 'data');
  return {socket, answer: answer.toString()};
}

/** All that the server still sends, until it ends. */
async function rest(socket) {
  const pieces = [];
  socket.on('data', piece => pieces.push(piece));
  await once(socket, 'end');
  return Buffer.concat(pieces);
}

suite('a WebSocket of the tracker', () => {
  test('the handshake is answered as RFC 6455 computes it', async t => {
    const {port} = await pair(t);
    const {answer} = await rawClient(t, port);
    assert.match(answer, /^HTTP\/1\.1 101 /);
    assert.match(answer, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
  });

  test('a handshake with another version or without a key is refused', async t => {
    const {port} = await pair(t);
    for (const headers of ['Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
      'Sec-WebSocket-Version: 13\r\n']) {
      const socket = net.connect(port, '127.0.0.1');
      socket.write(`GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n`);
      assert.match((await once(socket, 'data'))[0].toString(), /^HTTP\/1\.1 400 /);
      socket.destroy();
    }
  });

  test('messages of every length code go both ways with a usual client', async t => {
    const {got, served, url} = await pair(t);
    const client = new WebSocket(url);
    await once(client, 'open');
    const connection = await served;
    for (const size of [0, 1, 125, 126, MAX_MESSAGE]) {
      client.send(Buffer.alloc(size, size));
    }
    const echo = [];
    client.on('message', data => echo.push(data));
    for (const size of [0, 125, 126, 65_535, 65_536]) {
      connection.send([Buffer.alloc(size >> 1, 1), Buffer.alloc(size - (size >> 1), 2)], size);
    }
    client.close(1000);
    await once(client, 'close');
    assert.deepEqual(got.messages.map(message => message.length), [0, 1, 125, 126, MAX_MESSAGE]);
    assert.ok(got.messages[4].every(byte => byte === (MAX_MESSAGE & 255)));
    assert.deepEqual(echo.map(message => message.length), [0, 125, 126, 65_535, 65_536]);
    assert.equal(echo[4][0], 1);
    assert.equal(echo[4].at(-1), 2);
  });

  test('a frame is whole however it is cut', async t => {
    const {got, served, port} = await pair(t);
    const {socket} = await rawClient(t, port);
    const connection = await served;
    const message = Buffer.from('x'.repeat(300));
    const bytes = Buffer.concat([clientFrame(0x82, message), clientFrame(0x82, Buffer.from('end'))]);
    // Without the network: every cut there is.
    for (let cut = 1; cut < bytes.length; ++cut) {
      connection.read(Buffer.from(bytes.subarray(0, cut)));
      connection.read(Buffer.from(bytes.subarray(cut)));
      assert.deepEqual(got.messages.splice(0).map(String), [message.toString(), 'end'], `cut at ${cut}`);
    }
    for (const byte of bytes) connection.read(Buffer.from([byte]));
    assert.deepEqual(got.messages.map(String), [message.toString(), 'end']);
    assert.equal(connection.unread, null);
    socket.destroy();
  });

  test('a message in fragments is put together, with a ping in between', async t => {
    const {got, served, port} = await pair(t);
    const {socket} = await rawClient(t, port);
    await served;
    socket.write(Buffer.concat([
      clientFrame(0x02, Buffer.from('one ')), clientFrame(0x89, Buffer.from('?')),
      clientFrame(0x00, Buffer.from('two ')), clientFrame(0x80, Buffer.from('three')),
    ]));
    assert.deepEqual((await once(socket, 'data'))[0], Buffer.from([0x8A, 1, 0x3F]));
    assert.deepEqual(got.messages.map(String), ['one two three']);
  });

  test('a pong is a sign of life', async t => {
    const {got, served, url} = await pair(t);
    const client = new WebSocket(url);
    await once(client, 'open');
    const connection = await served;
    connection.ping();
    await once(client, 'ping');
    client.close();
    await once(client, 'close');
    assert.equal(got.alive, 1);
  });

  const violations = {
    'text': [1003, clientFrame(0x81, Buffer.from('hello'))],
    'a frame without a mask': [1002, clientFrame(0x82, Buffer.from('hello'), {masked: false})],
    'reserved bits': [1002, clientFrame(0xC2, Buffer.from('hello'))],
    'an unknown opcode': [1002, clientFrame(0x83)],
    'a continuation of nothing': [1002, clientFrame(0x80)],
    'a message within a message': [1002, Buffer.concat([clientFrame(0x02), clientFrame(0x82)])],
    'a long ping': [1002, clientFrame(0x89, Buffer.alloc(126))],
    'a ping in fragments': [1002, clientFrame(0x09)],
    'more than is allowed, announced': [1009, clientFrame(0x82, Buffer.alloc(0), {length: MAX_MESSAGE + 1})],
    'far more than is allowed, announced': [1009, clientFrame(0x82, Buffer.alloc(0), {length: 0xFFFFFFFF})],
    'more than is allowed, in fragments':
      [1009, Buffer.concat([clientFrame(0x02, Buffer.alloc(600)), clientFrame(0x00, Buffer.alloc(600))])],
    'endless empty fragments': [1009, Buffer.concat([clientFrame(0x02), ...Array(300).fill(clientFrame(0x00))])],
  };
  for (const [what, [code, bytes]] of Object.entries(violations)) {
    test(`${what}: closed with ${code}`, async t => {
      const {got, served, port} = await pair(t);
      const {socket} = await rawClient(t, port);
      await served;
      socket.write(bytes);
      const said = await rest(socket);
      assert.deepEqual(got.violations, [code]);
      assert.equal(said[0], 0x88);
      assert.equal(said.readUInt16BE(2), code);
      assert.deepEqual(got.messages, []);
    });
  }

  test('a client that is cut off is gone, once', async t => {
    const {got, served, port} = await pair(t);
    const {socket} = await rawClient(t, port);
    const connection = await served;
    const closed = new Promise(resolve => connection.stream.once('close', resolve));
    socket.resetAndDestroy();
    await closed;
    connection.close([1000, '']);
    assert.equal(got.gone, 1);
    assert.ok(!connection.open);
  });
});
