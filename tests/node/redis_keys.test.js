/** How keys are spread over a Redis Cluster, by its specification. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {describe as suite, test} from 'node:test';
import {hashesKey, keyOf} from '../../js/tracker/store/redis_keys.js';
import {clusterNodes, isRedisUrl} from '../../js/tracker/store/redis_url.js';
import {TestCluster} from './redis.js';

/** CRC-16/XMODEM. @param {Buffer} bytes */
function crc16(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; ++bit) crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xFFFF;
  }
  return crc;
}

/** Of the key, or of what stands between its first braces, unless that is nothing. @param {string} key */
function slotOf(key) {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  const tag = open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
  return crc16(Buffer.from(tag)) % 16_384;
}

/** @param {number} i */
const swarm = i => createHash('sha256').update(String(i)).digest();
/** @param {Buffer} swarm */
const keysOf = swarm => ['members', 'info', 'completed'].map(what => keyOf(swarm, what));

suite('slots of keys', () => {
  test('are those of the specification', () => {
    assert.equal(crc16(Buffer.from('123456789')), 0x31C3);
    assert.equal(slotOf('{user1000}.following'), slotOf('{user1000}.followers'));
    assert.equal(slotOf('foo{{bar}}zap'), slotOf('{bar'));
    assert.equal(slotOf('foo{}{bar}'), crc16(Buffer.from('foo{}{bar}')) % 16_384);
  });

  test('are the same for all of one swarm, and spread over swarms', () => {
    const slots = new Set();
    for (let i = 0; i < 1000; ++i) {
      const ofSwarm = new Set(keysOf(swarm(i)).map(slotOf));
      assert.equal(ofSwarm.size, 1);
      slots.add([...ofSwarm][0]);
    }
    assert.ok(slots.size > 900, `${slots.size} slots for 1000 swarms`);
  });

  test('are what a Cluster computes, each at one of its nodes', async t => {
    const cluster = await TestCluster.start();
    t.after(() => cluster.stop());
    const client = await cluster.client();
    t.after(() => client.destroy());
    const keys = Array.from({length: 20}, (_, i) => keysOf(swarm(i))).flat();
    for (const key of [...keys, hashesKey('https://origin.example/file')]) {
      assert.equal(await client.sendCommand(key, true, ['CLUSTER', 'KEYSLOT', key]), slotOf(key), key);
    }
    assert.equal(new Set(keys.map(key => client.slots[slotOf(key)].master.address)).size, 3);
  });
});

suite('the name of a Redis', () => {
  test('may be that of one server', () => {
    for (const url of ['redis://host:6379', 'rediss://user:word@host']) {
      assert.ok(isRedisUrl(url), url);
      assert.equal(clusterNodes(url), null);
    }
  });

  test('or of some nodes of a Cluster, with credentials for all', () => {
    assert.deepEqual(clusterNodes('redis-cluster://a:1,b:2'), ['redis://a:1', 'redis://b:2']);
    assert.deepEqual(clusterNodes('rediss-cluster://me:p%40ss@a:1,b'), ['rediss://me:p%40ss@a:1', 'rediss://me:p%40ss@b']);
  });
});
