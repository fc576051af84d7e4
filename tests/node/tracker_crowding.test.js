/** Whoever does much must not keep others waiting, or out. */
import assert from 'node:assert/strict';
import {EventEmitter, once} from 'node:events';
import {randomBytes} from 'node:crypto';
import net from 'node:net';
import {describe as suite, test} from 'node:test';
import {Admission} from '../../js/tracker/admission.js';
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

  test('are let in a few at a time, one address after the other', async () => {
    const {door, admitted} = admission();
    const crowd = Array.from({length: 50}, () => new Accepted('10.0.0.1'));
    for (const socket of crowd) door.add(socket);
    const other = new Accepted('10.0.0.2');
    door.add(other);
    crowd[1].destroy();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(admitted.length < 10);
    assert.equal(admitted.indexOf(other), 1);
    while (door.count > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(admitted, [crowd[0], other, ...crowd.slice(2)]);
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
