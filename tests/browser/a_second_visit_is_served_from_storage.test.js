/** What was downloaded once is there at the next visit, for the page and for others. */
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {Gate, Origin} from './harness/origin.js';
import {World, makeBytes} from './harness/world.js';

for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
  describe(`a second visit is served from storage, in ${name}`, {timeout: 150_000}, () => {
    /** @type {World} */
    let world;
    /** Where the pages are, when the origin of the files is gone. @type {Origin} */
    let site;
    let browser;

    before(async () => { browser = await launch(name); });
    beforeEach(async () => {
      world = await World.create();
      site = await new Origin().listen();
    });
    afterEach(async () => {
      await world.close();
      await site.close();
    });
    after(async () => { await browser?.close(); });

    /** @param {object} result @param {{bytes: Buffer, sha256: string}} file */
    function assertWhole(result, file) {
      assert.equal(result.status, 200);
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loaded, file.bytes.length);
      assert.equal(result.loadedHTTP + result.loadedP2P + result.loadedFS, file.bytes.length);
    }

    /** A visitor who has a file on disk and whose page is still open. @param {object} file */
    async function whoHas(file, options = {}) {
      const visitor = await world.visitor(browser, {site: site.url, ...options});
      assertWhole(await visitor.download(file.url, {responseType: 'blob'}), file);
      await visitor.stored(file.url);
      return visitor;
    }

    test('origin and peers gone, and passed on to a third', async () => {
      const file = world.put();
      const first = await whoHas(file);
      await world.origin.kill();
      const second = await world.return(first);
      const again = await second.download(file.url, {responseType: 'blob'});
      assertWhole(again, file);
      assert.equal(again.loadedFS, file.bytes.length);
      const third = await world.visitor(browser, {site: site.url});
      const passed = await third.download(file.url);
      assertWhole(passed, file);
      assert.equal(passed.loadedP2P, file.bytes.length);
    });

    test('passed on by an open file where several can be, and removed by another tab meanwhile', async () => {
      // More than is kept in memory of what was just shown.
      const file = world.put({size: 24 * 2 ** 20});
      const count = () => {
        const {arrayBuffer} = Blob.prototype;
        globalThis.blobsRead = 0;
        Blob.prototype.arrayBuffer = function() {
          ++globalThis.blobsRead;
          return arrayBuffer.call(this);
        };
      };
      const first = await whoHas(file, {before: count});
      const second = await world.return(first);
      const {swarmId} = (await second.page.evaluate(() => peer5.getAllLocalResources()))[0];
      await (await second.get(swarmId, {responseType: 'blob'})).result();
      const before = await second.page.evaluate(() => globalThis.blobsRead);
      const third = await world.visitor(browser, {site: site.url, settings: {downLinkLimit: 4 << 20}});
      const download = await third.get(file.url, {options: {downloadMode: 'p2p'}});
      await download.reached('loadedP2P', 6 << 20);
      const blobsRead = await second.page.evaluate(() => globalThis.blobsRead) - before;
      assert.equal(blobsRead > 0, name === 'firefox', `${blobsRead} times from a snapshot`);

      const tab = await world.tab(second);
      assert.equal(await tab.page.evaluate(id => peer5.removeResource(id), swarmId), true);
      assert.deepEqual(await tab.page.evaluate(() => visitor.files()), []);
      await download.abort();
    });

    test('without a tracker either, and in every response type', async () => {
      const file = world.put({bytes: Buffer.from('a line of text\n'.repeat(200_000)), type: 'text/plain'});
      const first = await whoHas(file);
      await world.origin.kill();
      await world.tracker.stop();
      const second = await world.return(first);
      for (const responseType of ['arraybuffer', 'blob']) {
        const result = await second.download(file.url, {responseType});
        assertWhole(result, file);
        assert.equal(result.loadedFS, file.bytes.length);
      }
      const text = await second.page.evaluate(url => new Promise(resolve => {
        const request = new peer5.Request();
        request.open('GET', url);
        request.onloadend = () => resolve(request.responseText);
        request.send();
      }), file.url);
      assert.equal(text, file.bytes.toString());
    });

    test('by its swarm id alone', async () => {
      const file = world.put();
      const first = await whoHas(file);
      const {swarmId} = (await first.page.evaluate(() => visitor.records()))[0].info;
      const second = await world.return(first);
      const result = await second.download(swarmId, {options: {downloadMode: 'p2p'}, responseType: 'blob'});
      assertWhole(result, file);
      assert.equal(result.loadedFS, file.bytes.length);
    });

    test('the origin is asked for its version, not for its bytes', async () => {
      const file = world.put();
      const first = await whoHas(file);
      // It would hang if more were needed.
      world.origin.files.get(file.path).faults = {hold: {at: 1 << 16, gate: new Gate()}};
      const second = await world.return(first);
      const result = await second.download(file.url, {responseType: 'blob'});
      assertWhole(result, file);
      assert.equal(result.loadedFS, file.bytes.length);
    });

    test('another version on the origin: the stored one is neither used nor kept', async () => {
      // Or else the browser would not ask whether it is still the same.
      const headers = {'cache-control': 'no-cache'};
      const old = world.put({headers});
      const first = await whoHas(old);
      const [{id}] = await first.page.evaluate(() => visitor.records());
      const next = makeBytes('another version', old.bytes.length);
      world.origin.put(old.path, {bytes: next, headers, lastModified: 'Fri, 13 Sep 2013 09:00:00 GMT'});
      const {sha256} = world.put({bytes: next});
      const second = await world.return(first);
      const removed = second.page.evaluate(which => visitor.removed(which), id);
      const result = await second.download(old.url);
      assertWhole(result, {bytes: next, sha256});
      assert.equal(result.loadedFS, 0);
      await removed;
      const files = await second.page.evaluate(() => visitor.files());
      assert.ok(!files.includes(id));
      const records = await second.page.evaluate(() => visitor.records());
      assert.ok(records.every(record => record.id !== id));
    });

    /** @type {[string, (ids: string[]) => Promise<void>, number][]} what is damaged, and how many blocks of 64 remain */
    const DAMAGES = [
      ['a flipped bit', ([id]) => visitor.changeFile(id, (stream, bytes) =>
        stream.write({type: 'write', position: 300_000, data: new Uint8Array([bytes[300_000] ^ 1])})), 63],
      ['a truncated file', ([id]) => visitor.changeFile(id, stream => stream.truncate(61.5 * 65_536)), 61],
      ['a missing file', ([id]) => visitor.removeFile(id), 0],
      ['an index that doesn’t know of all blocks', ([id]) =>
        visitor.changeRecord(id, record => record.map.fill(0x0f)), 32],
      ['a map that is too short', ([id]) =>
        visitor.changeRecord(id, record => { record.map = new Uint8Array([0xff]); }), 8],
      ['FileInfo with a wrong bit in the index', ([id]) =>
        visitor.changeRecord(id, record => { record.frame[record.frame.length >> 1] ^= 4; }), 0],
      ['an index without FileInfo', ([id]) =>
        visitor.changeRecord(id, record => { record.frame = new Uint8Array(0); }), 0],
      ['no index at all', () => visitor.removeIndex(), 0],
    ];
    for (const [what, damage, remain] of DAMAGES) {
      test(`${what}: what is wrong is fetched again, nothing wrong is shown`, async () => {
        const file = world.put();
        const first = await whoHas(file);
        const second = await world.return(first);
        const ids = (await second.page.evaluate(() => visitor.records())).map(({id}) => id);
        await second.page.evaluate(`(${damage})(${JSON.stringify(ids)})`);
        const result = await second.download(file.url, {responseType: 'blob'});
        assertWhole(result, file);
        assert.equal(result.loadedFS, remain * 65_536);
        await second.stored(file.url);
        const third = await world.return(second);
        const healed = await third.download(file.url, {responseType: 'blob'});
        assertWhole(healed, file);
        assert.equal(healed.loadedFS, file.bytes.length);
      });
    }

    test('nothing wrong is passed on either, and nobody is blamed', async () => {
      const file = world.put();
      const first = await whoHas(file);
      const second = await world.return(first);
      const [{id}] = await second.page.evaluate(() => visitor.records());
      await second.page.evaluate(id => visitor.changeFile(id, (stream, bytes) =>
        stream.write({type: 'write', position: 300_000, data: new Uint8Array([bytes[300_000] ^ 1])})), id);
      const p2p = {options: {downloadMode: 'p2p'}, responseType: 'blob'};
      const halted = await second.get(id, p2p);
      await halted.reached('loadedFS', 63 * 65_536);
      const third = await world.visitor(browser, {site: site.url});
      const taking = await third.get(id, p2p);
      const {peers} = await taking.reached('loadedP2P', 63 * 65_536);
      assert.equal(peers, 1);
      await world.seeder(browser, file, {site: site.url});
      assertWhole(await taking.result(), file);
      assertWhole(await halted.result(), file);
    });

    test('where there is no storage it is all as without', async () => {
      const file = world.put();
      const before = () => {
        navigator.storage.getDirectory = async () => { throw new DOMException('', 'SecurityError'); };
      };
      const visitor = await world.visitor(browser, {site: site.url, before});
      for (const responseType of ['blob', 'arraybuffer']) {
        assertWhole(await visitor.download(file.url, {responseType}), file);
      }
      assert.deepEqual(visitor.logs, []);
    });

    test('with inMemory nothing is kept', async () => {
      const file = world.put();
      const visitor = await world.visitor(browser, {site: site.url, settings: {inMemory: true}});
      assertWhole(await visitor.download(file.url), file);
      assert.deepEqual(await visitor.page.evaluate(() => visitor.records()), []);
    });

    test('what is there is told, and can be removed', async () => {
      const file = world.put();
      const first = await whoHas(file);
      const second = await world.return(first);
      const [told] = await second.page.evaluate(() => peer5.getAllLocalResources());
      assert.deepEqual(told, {...told, fileSize: file.bytes.length, url: file.url, numOfBlocks: 64,
        numOfBlocksDownloaded: 64, status: 'stop'});
      assert.deepEqual(await second.page.evaluate(url => peer5.getLocalResource(url), file.url), told);
      assert.equal(await second.page.evaluate(id => peer5.removeResource(id), told.swarmId), true);
      assert.deepEqual(await second.page.evaluate(() => peer5.getAllLocalResources()), []);
      assert.deepEqual(await second.page.evaluate(() => visitor.files()), []);
      assert.equal((await second.download(file.url)).loadedFS, 0);
    });
  });
}
