/** Whoever does much must not keep others waiting, or out. */
import assert from 'node:assert/strict';
import {EventEmitter, once} from 'node:events';
import {randomBytes} from 'node:crypto';
import net from 'node:net';
import {describe as suite, test} from 'node:test';
import {Admission} from '../../js/tracker/admission.js';
import {FairTurns, freshLane} from '../../js/tracker/fair_turns.js';
import {AddressLimits} from '../../js/tracker/limits.js';
import {createTracker} from '../../js/tracker/index.js';
import {FLAG, TestClient, encode} from './tracker_client.js';

const HOSTILE = '127.0.0.9';

/** Starts a tracker on a free port and stops it with the test. */
async function start(t, options = {}) {
  const tracker = await createTracker(options);
  await tracker.listen({port: 0});
  t.after(() => tracker.close({graceMs: 200}));
  return tracker;
}

async function open(t, tracker, options) {
  const client = await TestClient.open(tracker.url, options);
  t.after(() => client.socket.terminate());
  await client.next('welcome');
  return client;
}

async function rejections(tracker) {
  const text = await (await fetch(`${tracker.url.replace('ws:', 'http:')}/metrics`)).text();
  return Object.fromEntries([...text.matchAll(/^peer5_sockets_rejected_total\{reason="(\w+)"\} (\d+)$/mg)]
    .map(([, reason, count]) => [reason, Number(count)]));
}

suite('many connections at once', () => {
  /** Like a socket that a server has accepted. */
  class Accepted extends EventEmitter {
    destroyed = false;

    constructor(remoteAddress) {
      super();
      this.remoteAddress = remoteAddress;
    }

    pause() {}

    destroy() {
      this.destroyed = true;
    }
  }

  function admission({barred = false, perAddress = 256} = {}) {
    const admitted = [];
    const rejected = [];
    return {
      admitted, rejected,
      door: new Admission({
        admit: (socket) => admitted.push(socket), perAddress, isBarred: () => barred,
        metrics: {rejected: {inc: ({reason}) => rejected.push(reason)}},
      }),
    };
  }

  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test('are let in one in a turn, one address after the other', async () => {
    const {door, admitted} = admission();
    const crowd = Array.from({length: 5}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    const others = Array.from({length: 2}, () => new Accepted('10.0.0.2'));
    for (const socket of others) door.add(socket);
    crowd[1].destroy();
    await turn();
    assert.deepEqual(admitted, [crowd[0]]);
    while (door.count > 0) await turn();
    assert.deepEqual(admitted, [crowd[0], others[0], others[1], crowd[2], crowd[3], crowd[4]]);
    door.close();
  });

  test('of one address are let in at a pace after the first ones, and others pass them', async (t) => {
    t.mock.timers.enable({apis: ['setInterval']});
    const {door, admitted} = admission();
    t.after(() => door.close());
    const crowd = Array.from({length: 50}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    for (let i = 0; i < 100; ++i) await turn();
    assert.deepEqual(admitted, crowd.slice(0, 16));
    const other = new Accepted('10.0.0.2');
    door.add(other);
    await turn();
    assert.equal(admitted.at(-1), other);
    for (let at = 16; at < 50; ++at) {
      t.mock.timers.tick(40);
      for (let i = 0; i < 3; ++i) await turn();
      assert.equal(admitted.length, at + 2);
      assert.equal(admitted.at(-1), crowd[at]);
    }
    t.mock.timers.tick(40 * 20);
    assert.equal(door.recent.size, 0);
    assert.equal(door.pace, null);
  });

  test('from a proxy are many visitors, and need no pace', async () => {
    const {door, admitted} = admission({perAddress: Infinity});
    const crowd = Array.from({length: 50}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    for (let i = 0; i < 50; ++i) await turn();
    assert.deepEqual(admitted, crowd);
    door.close();
  });

  test('are bounded for each address', () => {
    const {door, rejected} = admission({perAddress: 3});
    const crowd = Array.from({length: 5}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    assert.deepEqual(rejected, ['arrivals', 'arrivals']);
    assert.deepEqual(crowd.map(({destroyed}) => destroyed), [false, false, false, true, true]);
    door.close();
    assert.ok(crowd.every(({destroyed}) => destroyed));
  });

  test('of a barred address are kept waiting, the last of them, so that they do not come back at once', () => {
    const {door, admitted} = admission({barred: true});
    const crowd = Array.from({length: 100}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    assert.deepEqual(crowd.map(({destroyed}) => destroyed), crowd.map((_, i) => i < 36));
    assert.equal(admitted.length, 0);
    door.close();
    assert.ok(crowd.every(({destroyed}) => destroyed));
  });
});

suite('much that comes at once', () => {
  const WINDOW_MS = 10;

  /** Like a socket, to which each KiB takes 0.1 ms. */
  class Talker {
    heard = [];
    paused = false;

    constructor(clock) {
      this.clock = clock;
    }

    receive(piece) {
      this.clock.ms += 0.1 * piece.length / 1024;
      this.heard.push(piece);
    }

    pause() {
      this.paused = true;
    }

    resume() {
      this.paused = false;
    }

    get bytes() {
      return Buffer.concat(this.heard);
    }
  }

  function fairTurns(t, socketsPerAddress = 256) {
    t.mock.timers.enable({apis: ['setTimeout']});
    const clock = {ms: 5};
    return {
      clock, turns: new FairTurns({socketsPerAddress}, () => clock.ms),
      talker: () => new Talker(clock),
      /** To the next window, and some turns of the event loop. */
      async window() {
        clock.ms = Math.floor(clock.ms / WINDOW_MS) * WINDOW_MS + WINDOW_MS;
        t.mock.timers.tick(WINDOW_MS);
        for (let i = 0; i < 20; ++i) await new Promise((resolve) => setImmediate(resolve));
      },
    };
  }

  test('of one address is handled a share in each window, in its order, and all of it', async (t) => {
    const {clock, turns, talker, window} = fairTurns(t);
    const [loud, quiet] = [talker(), talker()];
    const [loudLane, quietLane] = [freshLane(), freshLane()];
    const much = randomBytes(50_000);
    turns.take(loudLane, loud, much.subarray(0, 40_000));
    const atOnce = loud.bytes.length;
    assert.equal(atOnce, 10 * 1024);
    assert.ok(loud.paused);
    // What was read of it before it was paused.
    turns.take(loudLane, loud, much.subarray(40_000));
    let before = atOnce;
    for (let i = 0; i < 10; ++i) {
      assert.ok(loud.paused);
      const word = randomBytes(100);
      turns.take(quietLane, quiet, word);
      assert.deepEqual(quiet.heard.at(-1), word);
      await window();
      const got = loud.bytes.length - before;
      assert.ok(got >= 2048 && got <= 3072, `${got} bytes`);
      before += got;
    }
    for (let i = 0; i < 10; ++i) await window();
    assert.ok(!loud.paused);
    assert.ok(!quiet.paused);
    assert.deepEqual(loud.bytes, much);
    assert.equal(turns.waiting.size, 0);
    // It has been quiet since.
    const more = clock.ms;
    turns.take(loudLane, loud, much.subarray(0, 5000));
    assert.equal(loud.bytes.length, 55_000);
    assert.ok(clock.ms > more);
  });

  test('in many small pieces is held back for having to be read', (t) => {
    const {turns, talker} = fairTurns(t);
    const [lane, loud] = [freshLane(), talker()];
    for (let i = 0; i < 1000; ++i) turns.take(lane, loud, Buffer.alloc(1));
    assert.ok(loud.bytes.length < 60, `${loud.bytes.length} pieces`);
    assert.ok(loud.paused);
  });

  test('of more addresses is handled by turns, and so are the sockets of each', async (t) => {
    const {turns, talker, window} = fairTurns(t);
    const [crowdLane, aloneLane] = [freshLane(), freshLane()];
    const crowd = Array.from({length: 10}, talker);
    const alone = talker();
    for (const one of crowd) turns.take(crowdLane, one, randomBytes(50_000));
    turns.take(aloneLane, alone, randomBytes(50_000));
    for (let i = 0; i < 15; ++i) await window();
    const ofCrowd = crowd.map(({bytes}) => bytes.length);
    const inAll = ofCrowd.reduce((sum, bytes) => sum + bytes);
    assert.ok(Math.abs(inAll - alone.bytes.length) <= 4096, `${inAll} and ${alone.bytes.length}`);
    // The first was heard before anybody waited.
    const others = ofCrowd.slice(1);
    assert.ok(Math.max(...others) - Math.min(...others) <= 1024, others.join());
  });

  test('of a crowd of addresses takes no more of a turn than that of one', async (t) => {
    const {clock, turns, talker, window} = fairTurns(t);
    const crowd = Array.from({length: 40}, () => ({lane: freshLane(), socket: talker(), before: 0}));
    for (const {lane, socket} of crowd) turns.take(lane, socket, randomBytes(50_000));
    let longest = 0;
    const serve = turns.serve;
    turns.serve = () => {
      const start = clock.ms;
      serve();
      longest = Math.max(longest, clock.ms - start);
    };
    await window();
    await window();
    for (const one of crowd) one.before = one.socket.bytes.length;
    await window();
    await window();
    assert.ok(longest > 0 && longest < 0.4, `${longest} ms`);
    assert.ok(crowd.some(({socket, before}) => socket.bytes.length > before));
  });

  test('is nothing unusual where an address may have many sockets', (t) => {
    const {turns, talker} = fairTurns(t, 256 * 100);
    const [lane, loud] = [freshLane(), talker()];
    turns.take(lane, loud, randomBytes(500_000));
    assert.equal(loud.bytes.length, 500_000);
  });

  test('is forgotten when its socket is closed, even while it is handled', async (t) => {
    const {turns, talker, window} = fairTurns(t);
    const [own, others] = [freshLane(), freshLane()];
    const [gone, stays, other] = [talker(), talker(), talker()];
    turns.take(own, gone, randomBytes(50_000));
    const heard = gone.bytes.length;
    turns.take(own, stays, randomBytes(5000));
    turns.take(others, other, randomBytes(50_000));
    const already = other.heard.length;
    other.receive = (piece) => {
      Talker.prototype.receive.call(other, piece);
      if (other.heard.length === already + 5) turns.drop(others, other);
    };
    turns.drop(own, gone);
    for (let i = 0; i < 20; ++i) await window();
    assert.equal(gone.bytes.length, heard);
    assert.equal(stays.bytes.length, 5000);
    assert.equal(other.heard.length, already + 5);
    assert.equal(turns.waiting.size, 0);
  });

  test('keeps nobody waiting for its last byte', async (t) => {
    const tracker = await start(t);
    const crowd = await Promise.all(Array.from({length: 20}, () => open(t, tracker, {localAddress: HOSTILE})));
    const quiet = await open(t, tracker);
    const many = 250;
    for (const loud of crowd) {
      loud.send(...Array.from({length: many}, () => encode.joinId(randomBytes(32), FLAG.hasInfo)));
    }
    quiet.send(encode.joinId(randomBytes(32), FLAG.hasInfo));
    await quiet.next('match');
    const already = crowd.reduce((sum, {messages}) => sum + messages.length, 0);
    assert.ok(already < crowd.length * many / 2, `${already} answers came first`);
    for (const loud of crowd) {
      for (let i = 0; i < many; ++i) await loud.next('match');
    }
  });
});

suite('an address that sends rubbish', () => {
  test('may open no more sockets, keeps those it has, and others are let in', async (t) => {
    const tracker = await start(t, {limits: {offencesPerMinute: 3}});
    const neighbour = await open(t, tracker, {localAddress: HOSTILE});
    const throwRubbish = async (send) => {
      const client = await open(t, tracker, {localAddress: HOSTILE});
      send(client);
      return (await client.closed).code;
    };
    assert.equal(await throwRubbish((client) => client.send(randomBytes(3))), 4001);
    assert.equal(await throwRubbish((client) => client.socket.send('text')), 1003);
    assert.equal(await throwRubbish((client) => client.send(Buffer.alloc((1 << 20) + 1))), 1009);
    assert.equal(await throwRubbish((client) => client.send(randomBytes(3))), 4001);
    const {hostname: host, port} = new URL(tracker.url);
    const barred = net.connect({host, port: Number(port), localAddress: HOSTILE});
    t.after(() => barred.destroy());
    barred.on('data', () => assert.fail('it was answered'));
    // Cut off with what it has said unread.
    barred.on('error', ({code}) => assert.equal(code, 'ECONNRESET'));
    await once(barred, 'connect');
    barred.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const other = await open(t, tracker);
    for (const client of [neighbour, other]) {
      client.send(encode.joinId(randomBytes(32), FLAG.hasInfo));
      await client.next('match');
    }
    assert.deepEqual(await rejections(tracker), {barred: 1});
  });

  test('behind a proxy is told so', async (t) => {
    const tracker = await start(t, {limits: {offencesPerMinute: 1}, trustProxy: true});
    const from = (address) => ({headers: {'x-forwarded-for': address}});
    for (let i = 0; i < 2; ++i) {
      const client = await open(t, tracker, from('192.0.2.1'));
      client.send(randomBytes(3));
      await client.closed;
    }
    const again = new TestClient(tracker.url, from('192.0.2.1'));
    const [, response] = await once(again.socket, 'unexpected-response');
    assert.equal(response.statusCode, 429);
    response.destroy();
    await open(t, tracker, from('192.0.2.2'));
    assert.deepEqual(await rejections(tracker), {barred: 1});
  });

  test('is forgiven with time', () => {
    let now = 0;
    const limits = new AddressLimits({socketsPerAddress: 10, connectsPerMinute: 1000, offencesPerMinute: 6}, () => now);
    const use = limits.of('a');
    for (let i = 0; i < 100; ++i) {
      limits.offend(use);
      now += 10_000;
    }
    assert.equal(limits.take(use), null);
    for (let i = 0; i < 7; ++i) limits.offend(use);
    assert.equal(limits.take(use), 'barred');
    assert.ok(limits.isBarred('a'));
    assert.ok(!limits.isBarred('b'));
    now += 31_000;
    assert.equal(limits.take(use), null);
  });

  test('is one of so many that are remembered, barred ones too, and whoever has sockets always is', () => {
    const limits = new AddressLimits({socketsPerAddress: 10, connectsPerMinute: 10, offencesPerMinute: 1}, () => 1);
    const kept = limits.of('with a socket');
    limits.take(kept);
    let most = 0;
    for (let i = 0; i < 150_000; ++i) {
      const use = limits.of(`barred ${i}`);
      limits.offend(use);
      limits.offend(use);
      most = Math.max(most, limits.usage.size);
    }
    assert.equal(most, 100_000);
    assert.equal(limits.of('with a socket'), kept);
    assert.ok(limits.isBarred('barred 149999'));
    assert.ok(!limits.isBarred('barred 0'));
    const large = new AddressLimits({...limits.limits, maxSockets: 200_000});
    assert.equal(large.maxAddresses, 400_000);
  });

  test('is not forgotten while it is barred and there are idle ones', () => {
    const limits = new AddressLimits({socketsPerAddress: 10, connectsPerMinute: 10, offencesPerMinute: 1}, () => 1);
    const barred = limits.of('barred');
    limits.offend(barred);
    limits.offend(barred);
    for (let i = 0; i < 250_000; ++i) limits.of(`idle ${i}`);
    assert.ok(limits.isBarred('barred'));
    assert.ok(limits.usage.size <= 100_000);
  });
});
