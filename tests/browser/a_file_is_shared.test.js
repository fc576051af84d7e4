/** The slides' sharing API: a page shares a file, others get it by its swarm id. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {World} from './harness/world.js';

const P2P = {options: {downloadMode: 'p2p'}};

describe('a file is shared', {timeout: 120_000}, () => {
  /** @type {World} */
  let world;
  /** @type {Record<string, import('puppeteer-core').Browser>} */
  const browsers = {};

  before(async () => {
    world = await World.create();
    browsers.chromium = await launch('chromium');
    browsers.firefox = await launch('firefox');
  });
  after(async () => {
    await world?.close();
    await browsers.chromium?.close();
    await browsers.firefox?.close();
  });

  /** @param {string} browser @param {{name?: string, type?: string, size?: number}} [file] */
  async function sharer(browser, {name = 'holiday.png', type = 'image/png', ...more} = {}) {
    const file = world.put(more);
    const visitor = await world.visitor(browsers[browser]);
    const share = await visitor.share({url: file.url, name, type});
    return {file, visitor, share, shared: await share.result()};
  }

  for (const [from, to] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`in ${from}, and ${to} gets it with its name and type`, async () => {
      const {file, share, shared} = await sharer(from);
      assert.equal(shared.status, 200);
      assert.equal(shared.loadedFS, file.bytes.length, 'progress told of the hashing');
      const {swarmId, name, type, size} = shared.info;
      assert.match(swarmId, /^[0-9a-f]{64}$/);
      assert.deepEqual({name, type, size},
        {name: 'holiday.png', type: 'image/png', size: file.bytes.length});

      const receiver = await world.visitor(browsers[to]);
      const result = await receiver.download(swarmId, P2P);
      assert.equal(result.status, 200);
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loadedP2P, file.bytes.length);
      assert.match(result.headers, /content-type: image\/png/);
      assert.equal(result.info.name, 'holiday.png');
      assert.ok(result.mostPeers >= 1, 'swarmstatechange told of the sharer');

      const {uploaded} = await share.reached('uploaded', file.bytes.length);
      assert.equal(uploaded, file.bytes.length);
      await share.downloaderHas(1);
      const [served] = await share.downloaders();
      assert.deepEqual([served.connected, served.uploaded], [true, file.bytes.length]);
    });
  }

  test('whoever has it serves those who come when the sharer has left', async () => {
    const {file, visitor, shared} = await sharer('chromium');
    const first = await world.visitor(browsers.firefox);
    assert.equal((await first.download(shared.info.swarmId, P2P)).sha256, file.sha256);
    await visitor.leave();
    const late = await world.visitor(browsers.chromium);
    assert.equal((await late.download(shared.info.swarmId, P2P)).sha256, file.sha256);
  });

  test('a sharer that stops serves no more, and its peers are told', async () => {
    const {share, shared} = await sharer('chromium');
    const receiver = await world.visitor(browsers.chromium);
    const download = await receiver.get(shared.info.swarmId, P2P);
    await download.result();
    await share.abort({leaveSwarm: true});
    await download.peersFall(0);
    assert.deepEqual(await share.downloaders(), []);
  });

  test('status 650 where nobody shares', async () => {
    const visitor = await world.visitor(browsers.chromium);
    const result = await visitor.download('ab'.repeat(32), P2P);
    assert.equal(result.status, 650);
    assert.equal(result.error.code, 'not-found');
    assert.equal(await visitor.page.evaluate(() => peer5.Request.SWARMID_NOT_FOUND_ERR), 650);
  });

  test('status 640 for what is too large, before any of it is read', async () => {
    const visitor = await world.visitor(browsers.chromium);
    const result = await visitor.page.evaluate(() => new Promise(resolve => {
      const huge = new Blob();
      let reads = 0;
      Object.defineProperty(huge, 'size', {value: 2 ** 50});
      huge.slice = () => { reads++; return new Blob(); };
      const request = new peer5.Request({downloadMode: 'p2p'});
      request.onerror = ({error}) => resolve({reads, status: request.status, code: error.code,
        named: peer5.Request.FILE_SIZE_ERR});
      request.open('POST');
      request.send(huge);
    }));
    assert.deepEqual(result, {reads: 0, status: 640, code: 'file-size', named: 640});
  });

  test('a file that was changed after it was chosen is not shared as what it was', async () => {
    const visitor = await world.visitor(browsers.chromium);
    const {status, code} = await visitor.page.evaluate(() => new Promise(resolve => {
      const gone = new Blob(['x']);
      gone.slice = () => ({arrayBuffer: () => Promise.reject(new DOMException('changed', 'NotReadableError'))});
      const request = new peer5.Request({downloadMode: 'p2p'});
      request.onerror = ({error}) => resolve({status: request.status, code: error.code});
      request.open('POST');
      request.send(gone);
    }));
    assert.deepEqual({status, code}, {status: 645, code: 'write'});
  });

  test('an empty file has no blocks, and arrives all the same', async () => {
    const {shared} = await sharer('chromium', {size: 0, name: 'empty.txt', type: 'text/plain'});
    assert.equal(shared.status, 200);
    const receiver = await world.visitor(browsers.chromium);
    const result = await receiver.download(shared.info.swarmId, P2P);
    assert.deepEqual([result.status, result.size, result.info.name], [200, 0, 'empty.txt']);
  });
});
