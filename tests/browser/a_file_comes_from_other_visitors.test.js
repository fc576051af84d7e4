/** Plain transfers, in both browsers and between them. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {Gate} from './harness/origin.js';
import {World} from './harness/world.js';

const P2P = {options: {downloadMode: 'p2p'}};

/** In the page: what is sent through a channel that was given, before anything came through it, is lost. */
function loseWhatIsSentTooSoon() {
  const deaf = new WeakSet();
  const {send} = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function(message) {
    if (!deaf.has(this)) send.call(this, message);
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config) {
      super(config);
      this.addEventListener('datachannel', ({channel}) => {
        deaf.add(channel);
        channel.addEventListener('message', () => deaf.delete(channel), {once: true});
      });
    }
  };
}

describe('a file comes from other visitors', {timeout: 120_000}, () => {
  /** @type {World} */
  let world;
  /** @type {Record<string, import('puppeteer-core').Browser>} */
  const browsers = {};

  before(async () => {
    // Slower than peers are here, as the web is.
    world = await World.create({bytesPerSecond: 8e6});
    browsers.chromium = await launch('chromium');
    browsers.firefox = await launch('firefox');
  });
  after(async () => {
    await world?.close();
    await browsers.chromium?.close();
    await browsers.firefox?.close();
  });

  for (const [from, to] of [['chromium', 'chromium'], ['firefox', 'firefox'],
    ['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`from ${from} to ${to}, all of it and right`, async () => {
      const file = world.put({type: 'application/zip'});
      const seeder = await world.seeder(browsers[from], file);
      const sentBefore = world.origin.bytesSent;
      const visitor = await world.visitor(browsers[to]);
      const result = await visitor.download(file.url, P2P);
      assert.equal(result.status, 200);
      assert.equal(result.sha256, file.sha256);
      assert.deepEqual([result.loadedHTTP, result.loadedP2P], [0, file.bytes.length]);
      assert.equal(world.origin.bytesSent, sentBefore, 'the origin sent nothing more');
      assert.match(result.headers, /content-type: application\/zip/);
      assert.equal((await seeder.served.reached('uploaded', file.bytes.length)).uploaded,
        file.bytes.length);
      await seeder.leave();
      await visitor.leave();
    });
  }

  test('though Chromium says too soon that a channel is open', async () => {
    const file = world.put();
    const before = loseWhatIsSentTooSoon;
    await world.seeder(browsers.chromium, file, {before});
    const visitor = await world.visitor(browsers.chromium, {before});
    const result = await visitor.download(file.url, P2P);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
  });

  test('one that has it is enough for three that come together', async () => {
    const file = world.put();
    await world.seeder(browsers.chromium, file);
    const sentBefore = world.origin.bytesSent;
    // However long connecting takes: by then each has a quarter by HTTP.
    const gate = new Gate();
    const hold = {at: file.bytes.length / 4, gate};
    world.origin.put(file.path, {...world.origin.files.get(file.path), faults: {hold}});
    const visitors = await Promise.all([0, 1, 2].map(() => world.visitor(browsers.chromium)));
    const downloads = await Promise.all(visitors.map(visitor => visitor.get(file.url,
      {options: {strategy: 'server-friendly'}})));
    await Promise.all(downloads.map(download => download.reached('loadedP2P', 1)));
    gate.open();
    const results = await Promise.all(downloads.map(download => download.result()));
    for (const result of results) {
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loadedHTTP + result.loadedP2P, file.bytes.length);
    }
    const fromOrigin = world.origin.bytesSent - sentBefore;
    assert.ok(fromOrigin < 1.5 * file.bytes.length, `the origin sent ${fromOrigin} bytes`);
  });

  test('by swarm id, without knowing the URL', async () => {
    const file = world.put();
    const seeder = await world.seeder(browsers.chromium, file);
    const {swarmId} = await seeder.served.info();
    const visitor = await world.visitor(browsers.firefox);
    const result = await visitor.download(swarmId, P2P);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
  });

  test('a paused download goes on from where it was', async () => {
    const file = world.put();
    await world.seeder(browsers.chromium, file);
    const visitor = await world.visitor(browsers.chromium,
      {settings: {downLinkLimit: 2 << 20}});
    const first = await visitor.get(file.url, P2P);
    const paused = await first.reached('loaded', 1 << 20);
    assert.ok(!paused.ended);
    await first.abort();
    const second = await visitor.get(file.url, P2P);
    const resumed = await second.reached('loaded', 1);
    assert.ok(resumed.loaded >= paused.loaded, `${resumed.loaded} of ${paused.loaded} were kept`);
    assert.equal((await second.result()).sha256, file.sha256);
  });
});
