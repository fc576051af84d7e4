/** Several tracker instances over one Redis, any of which may die. */
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {TestRedis} from '../node/redis.js';
import {launch} from './harness/browsers.js';
import {Balancer, TrackerProcess} from './harness/instances.js';
import {World} from './harness/world.js';

const P2P = {options: {downloadMode: 'p2p'}};
/** What a swarm is given to be whole again. */
const WHOLE_WITHIN_MS = 30_000;

describe('trackers share swarms', {timeout: 240_000}, () => {
  let browser;
  /** @type {World} */
  let world;
  /** @type {TestRedis} */
  let redis;
  /** @type {TrackerProcess[]} */
  let instances;
  /** @type {Balancer} */
  let balancer;

  before(async () => { browser = await launch('chromium'); });
  after(async () => { await browser?.close(); });
  beforeEach(async () => {
    world = await World.create({tracker: false});
    redis = await TestRedis.start();
    const args = ['--store', redis.url, '--origin', world.origin.url, '--log-level', 'info'];
    instances = [await TrackerProcess.start(args), await TrackerProcess.start(args)];
    balancer = await Balancer.start(instances);
  });
  afterEach(async () => {
    await world.close();
    await balancer.stop();
    await Promise.all(instances.map(instance => instance.kill()));
    await redis.stop();
  });

  /** Its tracker is that of this URL. */
  const by = (url, more = {}) => ({settings: {tracker: url, ...more}});

  /** A newcomer gets all of the file from peers, soon. */
  const isWhole = async file => {
    const start = Date.now();
    const newcomer = await world.visitor(browser, by(balancer.url));
    const result = await newcomer.download(file.url, P2P);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
    assert.ok(Date.now() - start < WHOLE_WITHIN_MS, `${Date.now() - start} ms`);
  };

  test('visitors of different instances exchange a file', async () => {
    const file = world.put();
    await world.seeder(browser, file, by(instances[0].url));
    const visitor = await world.visitor(browser, by(instances[1].url));
    const result = await visitor.download(file.url, P2P);
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
  });

  test('an instance is killed in mid-download: it completes, and its visitors are found again', async () => {
    const file = world.put();
    // The balancer takes turns: the seeder is at the first instance.
    await world.seeder(browser, file, by(balancer.url));
    const visitor = await world.visitor(browser, by(balancer.url, {downLinkLimit: 2 << 20}));
    const download = await visitor.get(file.url, P2P);
    assert.ok(!(await download.reached('loadedP2P', 1 << 20)).ended, 'it is under way');
    await instances[0].kill();
    const result = await download.result();
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    await isWhole(file);
  });

  test('Redis is killed in mid-download: it completes, and the swarm is whole when Redis is back', async () => {
    const file = world.put();
    await world.seeder(browser, file, by(instances[0].url));
    const visitor = await world.visitor(browser, by(instances[1].url, {downLinkLimit: 2 << 20}));
    const download = await visitor.get(file.url, P2P);
    assert.ok(!(await download.reached('loadedP2P', 1 << 20)).ended, 'it is under way');
    await redis.kill();
    const result = await download.result();
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    await visitor.leave();
    await redis.run();
    // Those who have it are all at the other instance.
    const newcomer = await world.visitor(browser, by(instances[1].url));
    const start = Date.now();
    const late = await newcomer.download(file.url, P2P);
    assert.equal(late.sha256, file.sha256);
    assert.equal(late.loadedP2P, file.bytes.length);
    assert.ok(Date.now() - start < WHOLE_WITHIN_MS, `${Date.now() - start} ms`);
  });
});
