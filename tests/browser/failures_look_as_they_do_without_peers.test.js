/** What fails fails with the events and the status of a native XMLHttpRequest. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {World} from './harness/world.js';

const FAULTS = {
  'a 404': {status: 404},
  'a 403': {status: 403},
  'a 500': {status: 500},
  'a connection that breaks before the head': {reset: true},
};

describe('failures look as they do without peers', {timeout: 150_000}, () => {
  /** @type {World} */
  let world;
  /** @type {World} */
  let elsewhere;
  let browser;
  let visitor;

  before(async () => {
    world = await World.create({bytesPerSecond: 8e6});
    elsewhere = await World.create({tracker: false});
    browser = await launch('chromium');
    visitor = await world.visitor(browser);
  });
  after(async () => {
    await world?.close();
    await elsewhere?.close();
    await browser?.close();
  });

  /** @param {string} url */
  async function assertAlike(url) {
    const seen = [];
    for (const native of [true, false]) {
      const {log, status, statusText, loaded, hasResponse, error} =
        await visitor.download(url, {native});
      seen.push({log, status, statusText, hasResponse,
        loaded: log.includes('error') ? 0 : loaded});
      if (!native && log.includes('error')) assert.ok(error.message.length > 20, 'it says why');
    }
    assert.deepEqual(seen[1], seen[0]);
    return seen[0];
  }

  for (const [name, faults] of Object.entries(FAULTS)) {
    test(`${name}, of a file that the tracker vouches for`, async () => {
      const file = world.put({faults});
      // It does so for what it has hashed before, and confirms within a minute.
      world.origin.files.get(file.path).faults = {};
      const early = await world.visitor(browser);
      await (await early.get(file.url)).info().finally(() => early.leave());
      world.origin.files.get(file.path).faults = faults;
      await assertAlike(file.url);
    });

    test(`${name}, of a file that it does not know`, async () => {
      const file = elsewhere.put({faults});
      const {status} = await assertAlike(file.url);
      assert.equal(status, faults.status ?? 0);
    });
  }

  test('a response that is cut off', async () => {
    const {url} = elsewhere.put({faults: {cutAt: 1 << 20}});
    const {log} = await assertAlike(url);
    assert.deepEqual(log.slice(-3), ['state 4', 'error', 'loadend']);
  });

  test('an origin that does not let this page read (CORS)', async () => {
    const {url} = elsewhere.put({faults: {noCors: true}});
    assert.deepEqual(await assertAlike(url), {
      log: ['state 1', 'loadstart', 'state 4', 'error', 'loadend'],
      status: 0, statusText: '', hasResponse: false, loaded: 0,
    });
  });

  test('an origin that does not let this page read (CORS) what others have', async () => {
    const file = world.put({faults: {noCors: true}});
    await world.seeder(browser, file);
    const stranger = await world.visitor(browser, {site: elsewhere.origin.url});
    const seen = [];
    for (const native of [true, false]) {
      const {log, status, statusText, hasResponse} = await stranger.download(file.url, {native});
      seen.push({log, status, statusText, hasResponse});
    }
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[0].log.slice(-2), ['error', 'loadend']);
  });

  test('an origin that is not there', async () => {
    await assertAlike('http://127.0.0.1:9/file.bin');
  });

  test('a file that may not be shared never is, and comes by HTTP', async () => {
    for (const value of ['no-store', 'private, max-age=60']) {
      const file = world.put({headers: {'Cache-Control': value}});
      const result = await visitor.download(file.url);
      assert.equal(result.sha256, file.sha256);
      assert.deepEqual([result.info, result.loadedHTTP], [null, file.bytes.length]);
    }
  });
});
