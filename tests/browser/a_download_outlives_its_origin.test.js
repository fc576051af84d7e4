/** An origin that dies, changes its mind, or cannot do what others can. */
import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {Gate} from './harness/origin.js';
import {World, makeBytes} from './harness/world.js';

describe('a download outlives its origin', {timeout: 150_000}, () => {
  /** @type {World | undefined} */
  let world;
  let browser;

  before(async () => { browser = await launch('chromium'); });
  afterEach(async () => { await world?.close(); });
  after(async () => { await browser?.close(); });

  /** @param {import('./harness/visitor.js').Result} result */
  function assertWhole(result, file) {
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loaded, file.bytes.length);
    assert.equal(result.loadedHTTP + result.loadedP2P, file.bytes.length);
  }

  test('killed in mid-download, peers bring the rest, with status 200', async () => {
    world = await World.create();
    const file = world.put();
    await world.seeder(browser, file);
    // Before peers are connected the origin has sent a quarter.
    const gate = new Gate();
    world.origin.files.get(file.path).faults = {hold: {at: file.bytes.length / 4, gate}};
    const visitor = await world.visitor(browser, {settings: {downLinkLimit: 2 << 20}});
    const download = await visitor.get(file.url);
    await download.reached('loadedHTTP', 1);
    await world.origin.kill();
    const result = await download.result();
    assertWhole(result, file);
    assert.ok(result.loadedP2P >= file.bytes.length / 2, `${result.loadedP2P} bytes from peers`);
    assert.ok(result.loadedHTTP > 0);
    assert.deepEqual(result.log.slice(-3), ['state 4', 'load', 'loadend']);
  });

  test('dead before it said a word, FileInfo speaks for it', async () => {
    world = await World.create();
    const file = world.put();
    await world.seeder(browser, file);
    const visitor = await world.visitor(browser);
    await world.origin.kill();
    const result = await visitor.download(file.url);
    assertWhole(result, file);
    assert.equal(result.loadedP2P, file.bytes.length);
    assert.match(result.headers, /content-length: 4194304/);
  });

  test('answering 503, it is stood in for by peers', async () => {
    world = await World.create();
    const file = world.put();
    await world.seeder(browser, file);
    world.origin.files.get(file.path).faults = {status: 503};
    const visitor = await world.visitor(browser);
    const result = await visitor.download(file.url);
    assertWhole(result, file);
    assert.equal(result.loadedP2P, file.bytes.length);
  });

  test('cut off again and again, it is asked for the rest', async () => {
    world = await World.create({bytesPerSecond: 8e6});
    const file = world.put();
    const visitor = await world.visitor(browser);
    world.origin.files.get(file.path).faults = {cutAt: 3 << 19};
    const result = await visitor.download(file.url);
    assertWhole(result, file);
    assert.equal(result.loadedHTTP, file.bytes.length);
    assert.ok(world.origin.requests.length > 2, 'by byte range');
  });

  test('without byte ranges, it still brings what peers do not', async () => {
    world = await World.create({bytesPerSecond: 4e6});
    const file = world.put();
    const leaver = await world.seeder(browser, file);
    world.origin.files.get(file.path).faults = {noRange: true};
    const visitor = await world.visitor(browser, {settings: {downLinkLimit: 2 << 20}});
    const download = await visitor.get(file.url, {options: {strategy: 'server-friendly'}});
    await download.reached('loadedP2P', 1 << 20);
    await leaver.leave();
    const result = await download.result();
    assertWhole(result, file);
    assert.ok(result.loadedP2P >= 1 << 20);
    assert.ok(result.loadedHTTP > 0);
  });

  test('without CORS exposure of its version, it is believed, and hashes decide', async () => {
    world = await World.create({bytesPerSecond: 4e6});
    const file = world.put();
    await world.seeder(browser, file);
    world.origin.files.get(file.path).faults = {noValidator: true};
    const visitor = await world.visitor(browser);
    const result = await visitor.download(file.url, {options: {strategy: 'server-friendly'}});
    assertWhole(result, file);
    assert.ok(result.loadedP2P > 0);
  });

  for (const [when, noValidator] of [['and says so', false], ['and does not say so', true]]) {
    test(`the file changes in mid-download ${when}: never a mix of two versions`, async () => {
      world = await World.create({bytesPerSecond: 4e6});
      const old = world.put({bytes: makeBytes('old')});
      const resource = world.origin.files.get(old.path);
      resource.faults = {noValidator};
      const next = makeBytes('new');
      const gate = new Gate();
      resource.faults = {noValidator, hold: {at: old.bytes.length / 2, gate}};
      const visitor = await world.visitor(browser);
      const download = await visitor.get(old.url);
      await download.info();
      await download.reached('loaded', 1 << 20);
      // The connection breaks; whoever asks again gets another version.
      world.origin.put(old.path, {bytes: next, lastModified: 'Fri, 13 Sep 2013 09:00:00 GMT',
        faults: {noValidator}});
      world.origin.server.closeAllConnections();
      const result = await download.result();
      assert.notEqual(result.sha256, '');
      const {sha256} = world.put({bytes: next});
      if (result.status === 200) assert.ok([old.sha256, sha256].includes(result.sha256));
      else assert.deepEqual(result.log.slice(-3), ['state 4', 'error', 'loadend']);
    });

    test(`the file has changed since peers got it ${when}: never a mix`, async () => {
      world = await World.create({bytesPerSecond: 4e6});
      const old = world.put({bytes: makeBytes('old')});
      await world.seeder(browser, old);
      const next = makeBytes('new');
      world.origin.put(old.path, {bytes: next, lastModified: 'Fri, 13 Sep 2013 09:00:00 GMT',
        faults: {noValidator}});
      const visitor = await world.visitor(browser);
      const result = await visitor.download(old.url);
      const {sha256} = world.put({bytes: next});
      assert.equal(result.status, 200);
      const allowed = noValidator ? [old.sha256, sha256] : [sha256];
      assert.ok(allowed.includes(result.sha256), 'one version or the other');
    });
  }
});
