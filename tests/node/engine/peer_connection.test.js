import assert from 'node:assert/strict';
import {afterEach, mock, test} from 'node:test';
import {CHANNEL_KINDS, PeerConnection} from '../../../js/net/peer_connection.js';
import {FakeConnection, limits} from './fake_rtc.js';

globalThis.RTCPeerConnection = /** @type {any} */ (FakeConnection);

const settled = async () => {
  for (let i = 0; i < 20; ++i) await new Promise(resolve => setImmediate(resolve));
};
const OFFER = 0;
const ANSWER = 1;
const CANDIDATE = 2;

/** One side, and what it says. */
function side(offer, kind = 'UNORDERED_RELIABLE') {
  const log = [];
  const signals = [];
  const peer = new PeerConnection({offer, kind, config: {}}, {
    up: (...about) => log.push(['up', ...about]),
    down: () => log.push(['down']),
    message: bytes => log.push(['message', ...bytes]),
    signal: (code, text) => signals.push([code, text]),
    buffered: () => log.push(['buffered']),
  });
  return {peer, log, signals};
}

/** Passes on what both have said since the last time. */
async function relay(a, b) {
  for (let i = 0; i < 4; ++i) {
    await settled();
    for (const [from, to] of [[a, b], [b, a]]) {
      for (const [code, text] of from.signals.splice(0)) to.peer.signal(code, text);
    }
  }
  await settled();
}

/** Who offers has said its first word. */
async function connected(kind) {
  const a = side(true, kind);
  const b = side(false, kind);
  await relay(a, b);
  assert.deepEqual(b.log, [], 'whoever answers can’t know yet that it is heard');
  a.peer.send(new Uint8Array([42]));
  await settled();
  assert.deepEqual(b.log.pop(), ['message', 42]);
  return {a, b};
}

afterEach(() => mock.timers.reset());

for (const [kind, init] of Object.entries(CHANNEL_KINDS)) {
  test(`${kind}: both sides come up and know whether it is reliable`, async () => {
    const {a, b} = await connected(kind);
    const reliable = !('maxRetransmits' in init || 'maxPacketLifeTime' in init);
    for (const {log, peer} of [a, b]) {
      assert.deepEqual(log, [['up', 262144, reliable]]);
      assert.equal(peer.channel.ordered, init.ordered ?? true);
      assert.equal(peer.channel.binaryType, 'arraybuffer');
    }
    a.peer.send(new Uint8Array([1, 2]));
    await settled();
    assert.deepEqual(b.log.at(-1), ['message', 1, 2]);
  });
}

test('candidates that overtake the description wait for it, so many and no more', async () => {
  const a = side(true);
  await settled();
  const b = side(false);
  for (let i = 0; i < 100; ++i) b.peer.signal(CANDIDATE, JSON.stringify({candidate: `c${i}`}));
  await settled();
  const [[, sdp]] = a.signals.splice(0);
  b.peer.signal(OFFER, sdp);
  await settled();
  assert.equal(b.peer.pc.applied.length, 64);
  assert.equal(b.peer.pc.applied[0], 'c0');
  b.peer.signal(CANDIDATE, JSON.stringify({candidate: 'late'}));
  await settled();
  assert.equal(b.peer.pc.applied.at(-1), 'late');
});

test('where no connection can be made it is down, without an exception', async t => {
  limits.connections = 0;
  t.after(() => limits.connections = Infinity);
  const {log} = side(true);
  await settled();
  assert.deepEqual(log, [['down']]);
});

test('a browser without WebRTC is one where it is down', async t => {
  t.after(() => globalThis.RTCPeerConnection = /** @type {any} */ (FakeConnection));
  // @ts-expect-error: no such browser has types
  delete globalThis.RTCPeerConnection;
  const {log} = side(false);
  await settled();
  assert.deepEqual(log, [['down']]);
});

test('nonsense from the other side ends it', async () => {
  for (const [code, text] of [[OFFER, 'x 0'], [ANSWER, ''], [CANDIDATE, '{']]) {
    const {peer, log} = side(false);
    peer.signal(code, text);
    await settled();
    assert.deepEqual(log, [['down']], text);
  }
});

test('closing ends it for the other side, and says nothing on this one', async () => {
  const {a, b} = await connected();
  a.peer.close();
  await settled();
  assert.deepEqual(a.log.slice(1), []);
  assert.deepEqual(b.log.slice(1), [['down']]);
  a.peer.send(new Uint8Array(1));
  b.peer.send(new Uint8Array(1));
});

test('an interruption that heals is not noticed', async () => {
  const {a, b} = await connected();
  mock.timers.enable({apis: ['setTimeout']});
  a.peer.pc.become('disconnected');
  mock.timers.tick(2000);
  a.peer.pc.become('connected');
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(a.signals, []);
  assert.deepEqual([a.log.length, b.log.length], [1, 1]);
});

test('who offered restarts ICE, once an interruption', async () => {
  const {a, b} = await connected();
  mock.timers.enable({apis: ['setTimeout']});
  for (const {peer} of [a, b]) peer.pc.become('disconnected');
  mock.timers.tick(3000);
  await settled();
  const offers = a.signals.filter(([code]) => code === OFFER);
  assert.deepEqual(offers, [[OFFER, `restart ${a.peer.pc.id}`]]);
  assert.deepEqual(b.signals, []);
  await relay(a, b);
  a.peer.pc.become('connecting');
  for (const {peer} of [a, b]) peer.pc.become('connected');
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual([a.log.length, b.log.length], [1, 1], 'still up');
  assert.equal(a.peer.pc.offers, 2);
});

test('what does not come back is given up, on both sides', async () => {
  const {a, b} = await connected();
  mock.timers.enable({apis: ['setTimeout']});
  for (const {peer} of [a, b]) peer.pc.become('disconnected');
  mock.timers.tick(3000);
  await settled();
  a.peer.pc.become('connecting');
  a.peer.pc.become('failed');
  mock.timers.tick(11_900);
  assert.deepEqual([a.log.length, b.log.length], [1, 1]);
  mock.timers.tick(200);
  assert.deepEqual(a.log.at(-1), ['down']);
  assert.deepEqual(b.log.at(-1), ['down']);
  assert.equal(a.peer.pc.offers, 2);
});

test('what fails before it was up is down', async () => {
  const {peer, log} = side(true);
  await settled();
  peer.pc.become('failed');
  assert.deepEqual(log, [['down']]);
});

test('what is being read from disk counts as buffered, beyond half a MiB of it', async () => {
  const {a} = await connected();
  a.peer.beingRead = 512 * 1024;
  a.peer.send(new Uint8Array(24));
  assert.equal(a.peer.buffered, 24);
  a.peer.beingRead += 1000;
  assert.equal(a.peer.buffered, 1024);
});

test('a browser that names no limit for messages, or none at all', async () => {
  for (const [said, told] of [[Infinity, 2 ** 31], [undefined, 65_536], [1000, 1000]]) {
    FakeConnection.made = connection => {
      connection.sctp = {maxMessageSize: said};
    };
    const {a} = await connected();
    FakeConnection.made = undefined;
    assert.equal(a.log[0][1], told);
  }
});
