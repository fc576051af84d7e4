import assert from 'node:assert/strict';
import {afterEach, beforeEach, mock, test} from 'node:test';
import {TrackerSocket} from '../../../js/net/tracker_socket.js';

/** @type {FakeSocket[]} */
let sockets = [];

class FakeSocket {
  static OPEN = 1;
  constructor(url) {
    if (url === 'forbidden') throw new Error('SecurityError');
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    sockets.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  send(bytes) {
    this.sent.push(bytes);
  }
  fail(code = 1006) {
    this.readyState = 3;
    this.onclose?.({code});
  }
  close() {
    this.readyState = 3;
    this.closed = true;
  }
}

const real = globalThis.WebSocket;
beforeEach(() => {
  sockets = [];
  globalThis.WebSocket = /** @type {any} */ (FakeSocket);
  mock.timers.enable({apis: ['setTimeout']});
});
afterEach(() => {
  mock.timers.reset();
  globalThis.WebSocket = real;
});

function tracker(url = 'ws://t', random = () => 1) {
  const log = [];
  const socket = new TrackerSocket(url, {
    up: () => log.push('up'), down: () => log.push('down'), message: bytes => log.push([...bytes]),
  }, random);
  return {socket, log};
}
const last = () => sockets[sockets.length - 1];

/** How long it waits until it connects again. */
function wait() {
  const before = sockets.length;
  for (let ms = 0; ms < 200_000; ms += 100) {
    if (sockets.length > before) return ms;
    mock.timers.tick(100);
  }
  return Infinity;
}

test('no socket is made before it is wanted, and one is enough', () => {
  const {socket} = tracker();
  assert.equal(sockets.length, 0);
  socket.open();
  socket.open();
  assert.equal(sockets.length, 1);
  assert.equal(last().binaryType, 'arraybuffer');
});

/** It has answered once, and is gone now. */
function met(socket) {
  socket.open();
  last().open();
  last().onmessage({data: new Uint8Array([1]).buffer});
}

test('each attempt in vain doubles the wait, up to a minute', () => {
  const {socket, log} = tracker();
  met(socket);
  const waits = [];
  for (let i = 0; i < 8; ++i) {
    last().fail();
    waits.push(wait());
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  assert.deepEqual(log, ['up', [1], ...Array(8).fill('down')]);
});

test('a tracker that never answered is tried rarely: the browser logs each attempt', () => {
  const {socket} = tracker();
  socket.open();
  const waits = [];
  for (let i = 0; i < 4; ++i) {
    last().fail();
    waits.push(wait());
  }
  assert.deepEqual(waits, [10_000, 20_000, 40_000, 60_000]);
});

test('waits are spread over a half of their length', () => {
  const {socket} = tracker('ws://t', () => 0);
  met(socket);
  last().fail();
  assert.equal(wait(), 500);
});

test('only a tracker that answers is one that works again', () => {
  const {socket, log} = tracker();
  met(socket);
  last().fail();
  wait();
  last().open();
  last().fail(1011);
  assert.equal(wait(), 2000, 'it let us in and threw us out');
  last().open();
  last().onmessage({data: new Uint8Array([1, 2]).buffer});
  last().onmessage({data: 'text is nothing to us'});
  last().fail();
  assert.equal(wait(), 1000);
  assert.deepEqual(log, ['up', [1], 'down', 'up', 'down', 'up', [1, 2], 'down']);
});

test('a tracker that does not want us is asked rarely', () => {
  const {socket} = tracker();
  socket.open();
  last().open();
  last().fail(4006);
  assert.equal(wait(), 60_000);
});

test('an attempt without an answer is given up', () => {
  const {socket, log} = tracker();
  socket.open();
  mock.timers.tick(10_000);
  assert.ok(sockets[0].closed);
  assert.deepEqual(log, ['down']);
  wait();
  last().open();
  mock.timers.tick(60_000);
  assert.equal(last().closed, undefined, 'one that is up is left alone');
});

test('when the network is back it connects at once', () => {
  const {socket} = tracker();
  socket.open();
  for (let i = 0; i < 5; ++i) {
    last().fail();
    if (i < 4) wait();
  }
  const before = sockets.length;
  socket.online();
  assert.equal(sockets.length, before + 1);
  socket.online();
  assert.equal(sockets.length, before + 1);
});

test('closed means closed, until it is opened again', () => {
  const {socket, log} = tracker();
  socket.open();
  last().open();
  socket.close();
  socket.close();
  assert.ok(sockets[0].closed);
  assert.deepEqual(log, ['up', 'down']);
  assert.equal(wait(), Infinity);
  socket.send(new Uint8Array(1));
  socket.open();
  assert.equal(sockets.length, 2);
});

test('a URL that the page may not use is not tried again', () => {
  const {socket, log} = tracker('forbidden');
  socket.open();
  assert.deepEqual(log, ['down']);
  assert.equal(wait(), Infinity);
});
