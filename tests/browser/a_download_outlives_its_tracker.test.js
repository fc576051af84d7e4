/** No tracker, and a tracker that goes and comes back. */
import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {Gate} from './harness/origin.js';
import {World} from './harness/world.js';

const P2P = {options: {downloadMode: 'p2p'}};

describe('a download outlives its tracker', {timeout: 150_000}, () => {
  /** @type {World | undefined} */
  let world;
  let browser;

  before(async () => { browser = await launch('chromium'); });
  afterEach(async () => { await world?.close(); });
  after(async () => { await browser?.close(); });

  test('where no tracker ever answers, HTTP brings the file', async () => {
    world = await World.create({tracker: false});
    const file = world.put();
    // Port 9 (discard) refuses connections.
    const visitor = await world.visitor(browser, {settings: {tracker: 'ws://127.0.0.1:9/'}});
    const result = await visitor.download(file.url);
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedHTTP, file.bytes.length);
    assert.deepEqual(result.log, (await visitor.download(file.url, {native: true})).log);
  });

  test('killed in mid-download, it is missed by nobody: the peers there are go on', async () => {
    world = await World.create();
    const file = world.put();
    await world.seeder(browser, file);
    const visitor = await world.visitor(browser, {settings: {downLinkLimit: 2 << 20}});
    const download = await visitor.get(file.url, P2P);
    const before = await download.reached('loadedP2P', 1 << 20);
    assert.ok(!before.ended, 'it is under way');
    await world.tracker.stop();
    const result = await download.result();
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
  });

  test('killed in mid-download and restarted, it introduces newcomers to those who were there', async () => {
    world = await World.create();
    const file = world.put();
    const seeder = await world.seeder(browser, file);
    // The rest of it comes only from peers, once there are some.
    const gate = new Gate();
    world.origin.files.get(file.path).faults = {hold: {at: 1 << 20, gate}};
    const early = await world.visitor(browser, {settings: {maxPeers: 0}});
    const started = await early.get(file.url);
    await started.info();
    await started.reached('loaded', 1 << 19);
    await world.tracker.stop();
    await world.tracker.start();
    await early.page.evaluate(() => peer5.setGlobalOptions({maxPeers: 30}));
    // Both come back by themselves, within a second or two.
    const late = await world.visitor(browser);
    const result = await late.download(file.url, P2P);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedP2P, file.bytes.length);
    const finished = await started.result();
    gate.open();
    assert.equal(finished.status, 200);
    assert.equal(finished.sha256, file.sha256);
    assert.ok(finished.loadedP2P > 0);
    assert.ok((await seeder.served.now()).uploaded > 0);
  });
});
