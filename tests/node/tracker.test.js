import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import http from 'node:http';
import {once} from 'node:events';
import net from 'node:net';
import {describe as suite, test} from 'node:test';
import {WebSocket} from 'ws';
import {PARTS} from '../../js/tracker/client_table.js';
import {createTracker, mintToken} from '../../js/tracker/index.js';
import {FLAG, TAG, TestClient, describe, encode, frame} from './tracker_client.js';

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
  return client;
}

const share = () => describe(randomBytes(300_000), 65536);

suite('between clients', () => {
  test('a share is found by its id, and its two clients can signal to each other', async (t) => {
    const tracker = await start(t);
    const info = share();
    const sharer = await open(t, tracker);
    sharer.send(encode.fileInfo({...info, name: 'a.bin'}), encode.joinId(info.id, FLAG.hasInfo | FLAG.seeder));
    await sharer.next('match');
    const taker = await open(t, tracker);
    taker.send(encode.joinId(info.id, FLAG.p2pOnly, 3));
    const told = await taker.next('fileInfo');
    assert.equal(told.ref, 3);
    assert.equal(told.name, 'a.bin');
    assert.deepEqual(told.hashes, info.hashes);
    const match = await taker.next('match');
    assert.equal(match.seeders, 1);
    assert.deepEqual(match.candidates, [{peer: sharer.id, offer: true}]);
    const other = await sharer.next('match');
    assert.deepEqual(other.candidates, [{peer: taker.id, offer: false}]);

    taker.send(encode.sdp(taker.id, sharer.id, 0, 'v=0 offer'));
    const offer = await sharer.next('sdp');
    assert.deepEqual([offer.origin, offer.dest, offer.sdp, offer.text], [taker.id, sharer.id, 0, 'v=0 offer']);
    sharer.send(encode.sdp(sharer.id, taker.id, 1, 'v=0 answer'));
    assert.equal((await taker.next('sdp')).text, 'v=0 answer');
    taker.send(encode.completed(info.id));
    assert.deepEqual(pick(await eventually(() => tracker.stats(), (s) => s.completed === 1),
      'sockets', 'clients', 'swarms', 'members', 'joins', 'matches', 'relayed'),
    {sockets: 2, clients: 2, swarms: 1, members: 2, joins: 2, matches: 1, relayed: 2});
  });

  test('an id that nobody shares is not found', async (t) => {
    const client = await open(t, await start(t));
    client.send(encode.joinId(randomBytes(32), FLAG.p2pOnly, 9));
    const error = await client.next('error');
    assert.equal(error.ref, 9);
    assert.equal(error.code, 0);
    assert.match(error.text, /nobody shares/);
  });

  test('a share of one browser says so to another that was seen to fail with it', async (t) => {
    const CHROMIUM = 1;
    const FIREFOX = 2;
    const tracker = await start(t);
    const chromium = await open(t, tracker, {vendor: CHROMIUM});
    // In thirty rooms the two browsers meet, and don’t connect: enough to learn it.
    for (let room = 0; room < 30; ++room) {
      const id = randomBytes(32);
      const firefox = await open(t, tracker, {vendor: FIREFOX});
      firefox.send(encode.joinId(id, FLAG.hasInfo));
      await firefox.next('match');
      chromium.send(encode.joinId(id, FLAG.hasInfo));
      await chromium.next('match', ({candidates}) => candidates.some(({peer}) => peer === firefox.id));
      chromium.send(encode.reportFailed(id, [firefox.id]), encode.leave(id));
      await chromium.next('health');
    }
    const refused = async (sharerVendor, takerVendor) => {
      const info = share();
      const sharer = await open(t, tracker, {vendor: sharerVendor});
      sharer.send(encode.fileInfo(info), encode.joinId(info.id, FLAG.hasInfo | FLAG.seeder));
      await sharer.next('match');
      const taker = await open(t, tracker, {vendor: takerVendor});
      taker.send(encode.joinId(info.id, FLAG.p2pOnly));
      const {code} = await taker.next('error');
      const fellow = await open(t, tracker, {vendor: sharerVendor});
      fellow.send(encode.joinId(info.id, FLAG.p2pOnly));
      assert.deepEqual((await fellow.next('match')).candidates.map(({peer}) => peer), [sharer.id]);
      return code;
    };
    assert.equal(await refused(FIREFOX, CHROMIUM), 11, 'Firefox only');
    assert.equal(await refused(CHROMIUM, FIREFOX), 12, 'Chrome only');
  });

  test('a client that is cut off and comes back with its id keeps its place and its peers', async (t) => {
    const tracker = await start(t);
    const {id} = share();
    const first = await open(t, tracker, {id: 11n, secret: 5n});
    const second = await open(t, tracker);
    first.send(encode.joinId(id, FLAG.hasInfo));
    await first.next('match');
    second.send(encode.joinId(id, FLAG.hasInfo));
    await second.next('match');
    first.socket.terminate();
    await eventually(() => tracker.stats(), (s) => s.sockets === 1);
    const again = await open(t, tracker, {id: 11n, secret: 5n});
    again.send(encode.joinId(id, FLAG.hasInfo));
    const match = await again.next('match');
    assert.deepEqual(match.candidates, []);
    assert.equal(match.peers, 1);
    assert.equal(tracker.stats().matches, 1);
    second.send(encode.sdp(second.id, 11n, 0, 'restart'));
    assert.equal((await again.next('sdp')).text, 'restart');
  });

  test('a second socket with the right secret replaces the first, with a wrong one is refused', async (t) => {
    const tracker = await start(t);
    const first = await open(t, tracker, {id: 11n, secret: 5n});
    await first.next('welcome');
    const thief = await open(t, tracker, {id: 11n, secret: 6n});
    assert.equal((await thief.closed).code, 4002);
    const second = await open(t, tracker, {id: 11n, secret: 5n});
    assert.equal((await first.closed).code, 4003);
    await second.next('welcome');
    assert.equal(tracker.stats().clients, 1);
  });
});

suite('hostile clients', () => {
  test('text, oversized, malformed and early messages close the socket with a reason', async (t) => {
    const tracker = await start(t, {limits: {maxMessage: 10_000}});
    const codes = [];
    for (const bytes of ['text', Buffer.alloc(10_001), Buffer.from([TAG.join, 0, 0, 0, 9, 1]), frame(TAG.leave)]) {
      const client = await open(t, tracker);
      client.socket.send(bytes);
      codes.push((await client.closed).code);
    }
    assert.deepEqual(codes, [1003, 1009, 4001, 4001]);
    const early = new WebSocket(tracker.url);
    await once(early, 'open');
    early.send(encode.joinUrl('https://a.example/'));
    assert.equal((await once(early, 'close'))[0], 4000);
  });

  test('ten thousand joins at once: refused beyond the limit, then cut off, and others are served', async (t) => {
    const tracker = await start(t);
    const flooder = await open(t, tracker);
    await flooder.next('welcome');
    const joins = [];
    for (let i = 0; i < 10_000; ++i) joins.push(encode.joinId(randomBytes(32), FLAG.hasInfo, i));
    flooder.send(...joins.slice(0, 1000));
    const busy = await flooder.next('error', ({code}) => code === 5);
    assert.match(busy.text, /too many/);
    flooder.send(...joins.slice(1000));
    const closed = await flooder.closed;
    assert.equal(closed.code, 4004);
    assert.match(closed.reason, /too many messages/);
    assert.ok(tracker.stats().swarms <= 256, 'swarms of one client are bounded');
    const bystander = await open(t, tracker);
    bystander.send(encode.joinId(randomBytes(32), FLAG.hasInfo));
    await bystander.next('match');
  });

  test('every truncation of a message is refused with a reason', async (t) => {
    const tracker = await start(t, {limits: {connectsPerMinute: 1e6, offencesPerMinute: 1e6}});
    const whole = encode.joinId(randomBytes(32), FLAG.hasInfo);
    const codes = await Promise.all(Array.from({length: whole.length - 1}, async (_, i) => {
      const client = await open(t, tracker);
      client.send(whole.subarray(0, i + 1));
      return (await client.closed).code;
    }));
    assert.deepEqual([...new Set(codes)], [4001]);
    assert.equal(tracker.stats().joins, 0);
  });

  test('random bytes never bring it down', async (t) => {
    const tracker = await start(t, {limits: {offencesPerMinute: 1e6}});
    for (let i = 0; i < 50; ++i) {
      const client = await open(t, tracker);
      client.send(frame(0x20 + i % 0x13, randomBytes(i * 7)));
      client.socket.close();
    }
    const client = await open(t, tracker);
    await client.next('welcome');
  });

  test('strangers get a refusal for an answer', async (t) => {
    const tracker = await start(t);
    const one = await open(t, tracker);
    const other = await open(t, tracker);
    await other.next('welcome');
    one.send(encode.sdp(one.id, other.id, 0, 'let me in'));
    const answer = await one.next('sdp');
    assert.equal(answer.sdp, 4);
    assert.equal(other.messages.length, 0);
  });

  test('sockets of one address are limited, at once and by rate', async (t) => {
    const tracker = await start(t, {limits: {socketsPerAddress: 2, connectsPerMinute: 4}});
    const status = async () => {
      const socket = new WebSocket(tracker.url);
      t.after(() => socket.terminate());
      socket.on('error', () => {});
      const result = await Promise.race([
        once(socket, 'open').then(() => 101), once(socket, 'unexpected-response').then(([, r]) => r.statusCode),
      ]);
      return {result, socket};
    };
    const first = await status();
    await status();
    assert.equal((await status()).result, 429);
    first.socket.terminate();
    await eventually(() => tracker.stats(), (s) => s.sockets === 1);
    assert.equal((await status()).result, 101);
    first.socket.terminate();
  });

  test('a socket that does not read is closed, and others are served meanwhile', async (t) => {
    const limits = {maxBuffered: 50_000, socketsPerAddress: 1e6};
    const tracker = await start(t, {limits, core: {messageBurst: 1e9, messageRate: 1e9}});
    const {id} = share();
    const slow = await open(t, tracker);
    const fast = await open(t, tracker);
    for (const client of [slow, fast]) {
      client.send(encode.joinId(id, FLAG.hasInfo));
      await client.next('match');
    }
    slow.socket.pause();
    const body = 'x'.repeat(15_000);
    for (let i = 0; i < 1500 && tracker.stats().sockets === 2; ++i) {
      fast.send(encode.sdp(fast.id, slow.id, 2, body));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => tracker.stats(), (s) => s.sockets === 1);
    fast.send(encode.wantPeers(id, 1));
    await fast.next('match');
  });

  test('connections that say nothing are bounded for each address, and leave room for others', async (t) => {
    const tracker = await start(t, {limits: {socketsPerAddress: 3}});
    const {hostname: host, port} = new URL(tracker.url);
    const silent = async () => {
      const socket = net.connect({host, port: Number(port), localAddress: '127.0.0.9'});
      t.after(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    };
    for (let i = 0; i < 3; ++i) await silent();
    await once(await silent(), 'close');
    const metrics = await (await fetch(`${tracker.url.replace('ws:', 'http:')}/metrics`)).text();
    assert.match(metrics, /^peer5_sockets_rejected_total\{reason="arrivals"\} 1$/m);
    const bystander = await open(t, tracker);
    await bystander.next('welcome');
  });

  test('a handshake that never ends, and a WebSocket that never says hello, are cut off', async (t) => {
    const tracker = await start(t);
    const {hostname: host, port} = new URL(tracker.url);
    const half = net.connect({host, port: Number(port)});
    t.after(() => half.destroy());
    half.write('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n');
    const mute = new WebSocket(tracker.url);
    t.after(() => mute.terminate());
    const [[answer], [code, reason]] = await Promise.all([once(half, 'data'), once(mute, 'close')]);
    assert.match(answer.toString(), /^HTTP\/1\.1 408 /);
    assert.deepEqual([code, reason.toString()], [4000, 'no hello']);
  });

  test('what is no WebSocket handshake gives back what it took', async (t) => {
    const tracker = await start(t, {limits: {socketsPerAddress: 1}});
    const {hostname: host, port} = new URL(tracker.url);
    const bad = net.connect({host, port: Number(port)});
    bad.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    assert.match((await once(bad, 'data'))[0].toString(), /^HTTP\/1\.1 400 /);
    const client = await open(t, tracker);
    await client.next('welcome');
  });

  test('pings go to a few sockets at a time, to each once a round, and who does not answer is cut off', async (t) => {
    const tracker = await start(t);
    const clients = await Promise.all(Array.from({length: 20}, () => open(t, tracker)));
    await Promise.all(clients.map((client) => client.next('welcome')));
    const {sockets} = tracker;
    const unheard = () => sockets.clients.parts.flatMap((part) => [...part.values()]).filter(({heard}) => !heard).length;
    clients[0].socket.pause();
    const steps = [];
    for (let step = 0; step < PARTS; ++step) {
      const before = unheard();
      sockets.pingSome();
      steps.push(unheard() - before);
    }
    assert.equal(unheard(), clients.length);
    assert.equal(Math.max(...steps), 1);
    await eventually(unheard, (count) => count === 1);
    for (let step = 0; step < PARTS; ++step) sockets.pingSome();
    await eventually(() => tracker.stats().sockets, (count) => count === clients.length - 1);
    await eventually(unheard, (count) => count === 0);
  });

  test('a flood of messages is dropped with one notice', async (t) => {
    const tracker = await start(t, {core: {messageBurst: 20, messageRate: 1}});
    const client = await open(t, tracker);
    for (let i = 0; i < 100; ++i) client.send(encode.wantPeers(randomBytes(32), 1));
    const notice = await client.next('notice');
    assert.equal(notice.code, 2);
    assert.ok(notice.retryAfter > 0);
    const bystander = await open(t, tracker);
    await bystander.next('welcome');
  });
});

suite('admission', () => {
  const tokenSecret = 'a secret of the operator';

  test('only tokens that were signed here and are not over admit', async (t) => {
    const tracker = await start(t, {tokenSecret});
    const good = await open(t, tracker, {token: mintToken(tokenSecret, {ttl: 60})});
    await good.next('welcome');
    const forged = mintToken('another secret', {ttl: 60});
    const over = mintToken(tokenSecret, {ttl: -1});
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of ['', forged, over, `${none}.${forged.split('.')[1]}.`, 'a.b', 'x'.repeat(900)]) {
      const client = await open(t, tracker, {token});
      assert.equal((await client.closed).code, 4006, token);
    }
    assert.equal(tracker.stats().clients, 1);
  });

  test('any JWT library mints tokens', async (t) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${part({typ: 'JWT', alg: 'HS256', kid: '1'})}.${part({sub: 'x', exp: Date.now() / 1000 + 60})}`;
    const token = `${body}.${createHmac('sha256', tokenSecret).update(body).digest('base64url')}`;
    const client = await open(t, await start(t, {tokenSecret}), {token});
    await client.next('welcome');
  });

  test('pages of other origins are refused', async (t) => {
    const tracker = await start(t, {allowOrigins: ['https://site.example', '*.good.example']});
    const status = async (origin) => {
      const socket = new WebSocket(tracker.url, {origin});
      t.after(() => socket.terminate());
      socket.on('error', () => {});
      return Promise.race([
        once(socket, 'open').then(() => 101), once(socket, 'unexpected-response').then(([, r]) => r.statusCode),
      ]);
    };
    assert.equal(await status('https://site.example'), 101);
    assert.equal(await status('http://a.good.example'), 101);
    assert.equal(await status('https://evil.example'), 403);
    assert.equal(await status('https://evil.example/a.good.example'), 403);
    assert.equal(await status('https://siteXexample'), 403);
    assert.equal(await status(undefined), 403);
  });
});

suite('the operator', () => {
  test('clients are told of STUN and of TURN with credentials that coturn accepts', async (t) => {
    const tracker = await start(t, {
      iceServers: [{urls: ['stun:stun.example:3478']}],
      turn: {urls: ['turn:turn.example:3478'], secret: 's3cret', ttl: 600},
    });
    const client = await open(t, tracker);
    const [stun, turn] = (await client.next('welcome')).servers;
    assert.deepEqual(stun, {url: 'stun:stun.example:3478', username: '', credential: ''});
    assert.equal(turn.url, 'turn:turn.example:3478');
    const expiry = Number(turn.username.split(':')[0]);
    assert.ok(Math.abs(expiry - (Date.now() / 1000 + 600)) < 5);
    assert.equal(turn.credential, createHmac('sha1', 's3cret').update(turn.username).digest('base64'));
  });

  test('/healthz and /metrics answer', async (t) => {
    const tracker = await start(t);
    const base = tracker.url.replace('ws:', 'http:');
    const client = await open(t, tracker);
    await client.next('welcome');
    const health = await fetch(`${base}/healthz`);
    assert.equal(health.status, 200);
    assert.equal(await health.text(), 'ok\n');
    const metrics = await (await fetch(`${base}/metrics`)).text();
    assert.match(metrics, /^peer5_sockets 1$/m);
    assert.match(metrics, /^peer5_message_seconds_count [1-9]/m);
    // Counters that the core keeps don't add up with each scrape.
    client.send(encode.joinId(randomBytes(32), FLAG.hasInfo));
    await client.next('match');
    await (await fetch(`${base}/metrics`)).text();
    assert.match(await (await fetch(`${base}/metrics`)).text(), /^peer5_joins_total 1$/m);
    assert.equal((await fetch(`${base}/other`)).status, 404);
  });

  test('closing tells each client when to come back', async (t) => {
    const tracker = await start(t);
    const client = await open(t, tracker);
    await client.next('welcome');
    await tracker.close({graceMs: 500});
    const notice = await client.next('notice');
    assert.equal(notice.code, 3);
    assert.ok(notice.retryAfter <= 10_000);
    assert.equal((await client.closed).code, 1001);
  });

  test('it shares an HTTP server with a site', async (t) => {
    const site = http.createServer((request, response) => {
      if (!tracker.handle(request, response)) response.end('site');
    });
    const tracker = await createTracker();
    tracker.attach(site, '/tracker');
    site.on('upgrade', (request, stream) => {
      if (request.url === '/other') stream.end('HTTP/1.1 418 Teapot\r\n\r\n');
    });
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      site.close();
      site.closeAllConnections();
    });
    const {port} = site.address();
    assert.equal(tracker.url, `ws://127.0.0.1:${port}/tracker`);
    const client = await open(t, tracker);
    await client.next('welcome');
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'site');
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text(), 'ok\n');
    const raw = net.connect(port, '127.0.0.1');
    raw.write('GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    assert.match((await once(raw, 'data'))[0].toString(), /418/);
    await tracker.close({graceMs: 200});
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'site');
  });
});

function pick(object, ...names) {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** Waits until `read()` passes. */
async function eventually(read, passes, timeoutMs = 5000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = read();
    if (passes(value)) return value;
    if (Date.now() > end) assert.fail(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
