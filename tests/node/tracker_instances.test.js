import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {after, before, describe as suite, test} from 'node:test';
import {setTimeout as pass} from 'node:timers/promises';
import {createTracker} from '../../js/tracker/index.js';
import {TestCluster, TestRedis} from './redis.js';
import {FLAG, TestClient, describe, encode} from './tracker_client.js';

const share = () => describe(randomBytes(300_000), 65536);

const KINDS = {'one Redis': TestRedis, 'a Redis Cluster': TestCluster};

for (const [kind, Redis] of Object.entries(KINDS)) suite(`two instances over ${kind}`, {timeout: 120_000}, () => {
  /** @type {TestRedis | TestCluster} */
  let redis;

  before(async () => { redis = await Redis.start(); });
  after(() => redis.stop());

  const start = async (t, options = {}) => {
    const tracker = await createTracker({store: redis.url, ...options});
    await tracker.listen({port: 0});
    t.after(() => tracker.close({graceMs: 200}));
    return tracker;
  };
  const open = async (t, tracker, options) => {
    const client = await TestClient.open(tracker.url, options);
    t.after(() => client.socket.terminate());
    return client;
  };
  /** To look into the store. */
  const look = async t => {
    const client = await redis.client();
    t.after(() => client.destroy());
    return client;
  };
  /** The introduction to this client, whenever it comes. */
  const meets = (client, other) => client.next('match', ({candidates}) => candidates.some(c => c.peer === other.id), 15_000);
  /** Both in one swarm, one at each instance, and introduced. */
  const pair = async t => {
    const trackers = [await start(t), await start(t)];
    const {id} = share();
    const one = await open(t, trackers[0]);
    one.send(encode.joinId(id, FLAG.hasInfo));
    await one.next('match');
    const other = await open(t, trackers[1]);
    other.send(encode.joinId(id, FLAG.hasInfo));
    await Promise.all([meets(one, other), meets(other, one)]);
    return {trackers, one, other, id};
  };

  test('clients of one swarm meet, and exactly one of them offers', async t => {
    const trackers = [await start(t), await start(t)];
    const {id} = share();
    const one = await open(t, trackers[0]);
    one.send(encode.joinId(id, FLAG.hasInfo));
    assert.deepEqual((await one.next('match')).candidates, []);
    const other = await open(t, trackers[1]);
    other.send(encode.joinId(id, FLAG.hasInfo));
    const [toOne, toOther] = await Promise.all([meets(one, other), meets(other, one)]);
    assert.equal(toOther.peers, 1);
    assert.notEqual(toOne.candidates[0].offer, toOther.candidates[0].offer);
  });

  test('session descriptions go both ways, but not to strangers', async t => {
    const {trackers, one, other} = await pair(t);
    other.send(encode.sdp(other.id, one.id, 0, 'v=0 offer'));
    assert.equal((await one.next('sdp')).text, 'v=0 offer');
    one.send(encode.sdp(one.id, other.id, 1, 'v=0 answer'));
    assert.equal((await other.next('sdp')).text, 'v=0 answer');
    const stranger = await open(t, trackers[1]);
    await stranger.next('welcome');
    stranger.send(encode.sdp(stranger.id, one.id, 0, 'let me in'));
    assert.equal((await stranger.next('sdp')).sdp, 4);
    assert.ok(!one.messages.some(({kind}) => kind === 'sdp'));
  });

  test('a share is found by its id at the instance that has never heard of it', async t => {
    const trackers = [await start(t), await start(t)];
    const info = share();
    const sharer = await open(t, trackers[0]);
    sharer.send(encode.fileInfo({...info, name: 'a.bin'}), encode.joinId(info.id, FLAG.hasInfo | FLAG.seeder));
    await sharer.next('match');
    const taker = await open(t, trackers[1]);
    taker.send(encode.joinId(info.id, FLAG.p2pOnly, 3));
    const told = await taker.next('fileInfo');
    assert.equal(told.ref, 3);
    assert.deepEqual(told.hashes, info.hashes);
    const match = await meets(taker, sharer);
    assert.equal(match.seeders, 1);
  });

  test('a share is found that the store hears of a moment later', async t => {
    const trackers = [await start(t), await start(t)];
    const info = share();
    const [sharer, taker] = [await open(t, trackers[0]), await open(t, trackers[1])];
    await taker.next('welcome');
    taker.send(encode.joinId(info.id, FLAG.p2pOnly));
    await pass(50);
    sharer.send(encode.fileInfo({...info, name: 'a.bin'}), encode.joinId(info.id, FLAG.hasInfo | FLAG.seeder));
    assert.deepEqual((await taker.next('fileInfo')).hashes, info.hashes);
  });

  test('an id that no instance knows is not found', async t => {
    const client = await open(t, await start(t));
    client.send(encode.joinId(randomBytes(32), FLAG.p2pOnly, 9));
    assert.equal((await client.next('error')).code, 0);
  });

  test('a client that leaves is no longer offered at the other instance', async t => {
    const {one, id} = await pair(t);
    const redisClient = await look(t);
    const key = `peer5:{${id.toString('hex')}}:members`;
    assert.equal(await redisClient.hLen(key), 2);
    one.send(encode.leave(id));
    await until(async () => await redisClient.hLen(key) === 1);
    const late = await open(t, await start(t));
    late.send(encode.joinId(id, FLAG.hasInfo));
    const met = await late.next('match', ({candidates}) => candidates.length > 0, 15_000);
    assert.ok(met.candidates.every(({peer}) => peer !== one.id));
  });

  test('a client whose instance is gone keeps its place at another', async t => {
    const {trackers, one, other, id} = await pair(t);
    one.socket.terminate();
    const back = await open(t, trackers[1], {id: one.id});
    back.send(encode.joinId(id, FLAG.hasInfo));
    await back.next('match');
    other.send(encode.sdp(other.id, one.id, 0, 'restart'));
    assert.equal((await back.next('sdp')).text, 'restart');
    const thief = await open(t, trackers[1], {id: one.id, secret: 66n});
    assert.equal((await thief.closed).code, 4002);
  });

  test('without Redis each instance goes on alone, and they find each other when it is back, empty', async t => {
    const {trackers} = await pair(t);
    await redis.kill();
    const {id} = share();
    const [one, other] = [await open(t, trackers[0]), await open(t, trackers[1])];
    one.send(encode.joinId(id, FLAG.hasInfo));
    other.send(encode.joinId(id, FLAG.hasInfo));
    await Promise.all([one.next('match'), other.next('match')]);
    const local = await open(t, trackers[0]);
    local.send(encode.joinId(id, FLAG.hasInfo));
    await Promise.all([meets(local, one), meets(one, local)]);
    await redis.run();
    await Promise.any([meets(one, other), meets(local, other)]);
    const met = await Promise.any([one, local].map(async client => {
      await meets(other, client);
      return client;
    }));
    // Who is met can be reached, and can answer.
    other.send(encode.sdp(other.id, met.id, 0, 'v=0 offer'));
    assert.equal((await met.next('sdp')).text, 'v=0 offer');
    met.send(encode.sdp(met.id, other.id, 1, 'v=0 answer'));
    assert.equal((await other.next('sdp')).text, 'v=0 answer');
  });

  test('all that is kept expires, and has the hash tag of its swarm', async t => {
    const {other, id} = await pair(t);
    other.send(encode.completed(id));
    const redisClient = await look(t);
    const hex = id.toString('hex');
    await until(async () => await redisClient.exists(`peer5:{${hex}}:completed`) === 1);
    const keys = await redisClient.keys('*');
    assert.ok(keys.length > 0);
    for (const key of keys) {
      assert.match(key, /^peer5:\{[0-9a-f]{64}\}:[a-z]+$/);
      assert.ok(await redisClient.ttl(key) > 0, `${key} expires`);
    }
  });

});

test('a store that is no Redis is refused with a reason', async () => {
  for (const store of ['http://127.0.0.1', 'redis-cluster://', 'redis-cluster://a@b@c:1']) {
    await assert.rejects(createTracker({store}), /redis:\/\//, store);
  }
});

/** Waits until it holds. */
async function until(holds, timeoutMs = 10_000) {
  const end = Date.now() + timeoutMs;
  while (!await holds()) {
    if (Date.now() > end) assert.fail('it never came to hold');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
