/** Room on disk is scarce, or there is none: what is kept, what goes, and what the page is told. */
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {encode, rootOf} from '../node/tracker_client.js';
import {launch} from './harness/browsers.js';
import {World} from './harness/world.js';

const MIB = 2 ** 20;
const BLOB = {responseType: 'blob'};

/** In the page: a disk of so many bytes. peer5 may have half of it. @param {number} bytes */
const quotaOf = bytes => `{
  const {storage} = navigator;
  const estimate = storage.estimate.bind(storage);
  storage.estimate = async () => ({...await estimate(), quota: ${bytes}});
}`;

/** In the page: a policy like \`worker-src 'self'\`. */
const NO_WORKERS = `<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="worker-src 'self'">
<title>A visitor</title>
<script src="/dist/peer5.js"></script>
<script src="visitor.js"></script>`;

/**
 * FileInfo of a file that nobody has, as large as a test needs it.
 *
 * @param {number} size bytes
 */
function imaginary(size) {
  const blockSize = MIB;
  const hash = createHash('sha256').update('nobody has it').digest();
  const info = {size, blockSize, chunkSize: 16_384,
    hashes: Buffer.concat(Array.from({length: Math.ceil(size / blockSize)}, () => hash))};
  return {...info, id: rootOf(info)};
}

for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
  describe(`storage is limited, in ${name}`, {timeout: 120_000}, () => {
    /** @type {World} */
    let world;
    let browser;

    before(async () => { browser = await launch(name); });
    beforeEach(async () => { world = await World.create(); });
    afterEach(async () => { await world.close(); });
    after(async () => { await browser?.close(); });

    /** @param {object} result @param {{bytes: Buffer, sha256: string}} file */
    function assertWhole(result, file) {
      assert.equal(result.status, 200, result.error?.message);
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loaded, file.bytes.length);
    }

    /** URLs of what is stored. @param {import('./harness/visitor.js').Visitor} visitor */
    const storedUrls = async visitor =>
      (await visitor.page.evaluate(() => visitor.records())).map(({urls}) => urls[0]).sort();

    /** A visit that downloads this, and has it on disk. @param {import('./harness/visitor.js').Visitor} visitor @param {object} file */
    async function keep(visitor, file) {
      assertWhole(await visitor.download(file.url, BLOB), file);
      await visitor.stored(file.url);
    }

    test('what was used least recently makes room', async () => {
      const [a, b, c] = [world.put(), world.put(), world.put()];
      // Room for two of them.
      const first = await world.visitor(browser, {before: quotaOf(20 * MIB)});
      await keep(first, a);
      const second = await world.return(first);
      await keep(second, b);
      const third = await world.return(second);
      // Read again, and so used later than b.
      assert.equal((await third.download(a.url, BLOB)).loadedFS, a.bytes.length);
      await third.page.waitForFunction(async (...urls) => {
        const [x, y] = await Promise.all(urls.map(async url =>
          (await visitor.records()).find(record => record.urls.includes(url)).used));
        return x > y;
      }, {}, a.url, b.url);
      const fourth = await world.return(third);
      await keep(fourth, c);
      assert.deepEqual(await storedUrls(fourth), [a.url, c.url].sort());
      assert.equal((await fourth.page.evaluate(() => visitor.files())).length, 2);
      const fifth = await world.return(fourth);
      assert.equal((await fifth.download(a.url, BLOB)).loadedFS, a.bytes.length);
    });

    test('what a page uses stays, and what finds no room stays in memory', async () => {
      const [a, b] = [world.put(), world.put()];
      const visitor = await world.visitor(browser, {before: quotaOf(10 * MIB)});
      await keep(visitor, a);
      const tab = await world.tab(visitor);
      assertWhole(await tab.download(b.url, BLOB), b);
      assert.deepEqual(await storedUrls(tab), [a.url]);
      // It is passed on all the same.
      const sent = world.origin.bytesSent;
      const other = await world.visitor(browser);
      const result = await other.download(b.url, {options: {downloadMode: 'p2p'}});
      assertWhole(result, b);
      assert.equal(world.origin.bytesSent, sent);
    });

    test('the disk is full in the middle: the download goes on, and nothing is lost', async () => {
      const file = world.put({size: 16 * MIB});
      const before = () => {
        // As the browser's own file does past the quota.
        const {Worker: Native} = globalThis;
        globalThis.Worker = class extends Native {
          postMessage([call, name, id, at, bytes], transfer) {
            if (name !== 'write' || at < 5 << 20) return super.postMessage([call, name, id, at, bytes], transfer);
            const data = [call, bytes, new DOMException('', 'QuotaExceededError')];
            queueMicrotask(() => this.onmessage(new MessageEvent('message', {data})));
          }
        };
      };
      const visitor = await world.visitor(browser, {before});
      assertWhole(await (await world.seed(visitor, file)).result(), file);
      await visitor.stored(file.url, 1);
      const again = await visitor.download(file.url, {responseType: 'arraybuffer'});
      assertWhole(again, file);
    });

    if (name === 'chromium') test('the browser gives less than it had said: what fitted is there tomorrow', async () => {
      const file = world.put({size: 16 * MIB});
      const visitor = await world.visitor(browser, {before: quotaOf(100 * MIB)});
      const session = await visitor.page.createCDPSession();
      await session.send('Storage.overrideQuotaForOrigin', {origin: world.origin.url, quotaSize: 6 * MIB});
      assertWhole(await visitor.download(file.url, BLOB), file);
      await visitor.stored(file.url, 1);
      const second = await world.return(visitor);
      const again = await second.download(file.url, BLOB);
      assertWhole(again, file);
      assert.ok(again.loadedFS > 0 && again.loadedFS <= 6 * MIB, `${again.loadedFS} bytes from storage`);
      await second.stored(file.url);
    });

    test('a policy against workers from Blobs: all is as in memory', async () => {
      const path = '/no-workers.html';
      world.origin.put(path, {bytes: Buffer.from(NO_WORKERS), type: 'text/html'});
      const files = [world.put({size: 24 * MIB}), world.put({size: 24 * MIB})];
      const visitor = await world.visitor(browser, {path});
      for (const file of files) assertWhole(await (await world.seed(visitor, file)).result(), file);
      assert.deepEqual(await visitor.page.evaluate(() => visitor.records()), []);
      const other = await world.visitor(browser);
      assertWhole(await other.download(files[0].url, {options: {downloadMode: 'p2p'}}), files[0]);
    });

    /** @type {[string, string, number, string | (() => void)][]} */
    const REFUSALS = [
      ['there is no room for it', 'out-of-space', 644, quotaOf(1000 * MIB)],
      ['the disk can’t be written to', 'write', 645, () => {
        navigator.storage.getDirectory = async () => { throw new DOMException('', 'UnknownError'); };
      }],
    ];
    for (const [what, code, status, hinder] of REFUSALS) {
      test(`${what}, and it is too large for memory: the page is told`, async () => {
        const info = imaginary(1100 * MIB);
        const manifest = world.origin.put('/large.bin.peer5', {bytes: encode.fileInfo(info, 0)});
        const visitor = await world.visitor(browser, {before: hinder});
        const result = await visitor.download(`${world.origin.url}/large.bin`, {
          ...BLOB, options: {downloadMode: 'p2p', manifest}});
        assert.deepEqual(result.log.slice(-2), ['error', 'loadend']);
        assert.equal(result.error?.code, code);
        assert.equal(result.status, status);
        assert.match(result.error.message, /memory/);
      });
    }

    test('too large for one ArrayBuffer: the page is told, and gets it as a Blob', async () => {
      const file = world.put();
      const hinder = () => {
        const Native = Uint8Array;
        globalThis.Uint8Array = class extends Native {
          constructor(...args) {
            if (args[0] === 4 << 20) throw new RangeError('Array buffer allocation failed');
            super(...args);
          }
        };
      };
      const visitor = await world.visitor(browser, {before: hinder});
      const result = await visitor.download(file.url);
      assert.equal(result.error?.code, 'file-size');
      assert.equal(result.status, 640);
      const {size} = await visitor.download(file.url, BLOB);
      assert.equal(size, file.bytes.length);
    });

    test('storage that is asked for is made to stay', async () => {
      const before = () => {
        globalThis.asked = 0;
        navigator.storage.persist = async () => ++globalThis.asked > 0;
      };
      const file = world.put();
      const visitor = await world.visitor(browser, {before, settings: {spaceReqPrompt: true}});
      await keep(visitor, file);
      assert.equal(await visitor.page.evaluate(() => globalThis.asked), 1);
      const shy = await world.visitor(browser, {before});
      await keep(shy, file);
      assert.equal(await shy.page.evaluate(() => globalThis.asked), 0);
    });
  });
}
