/** Two tabs of one browser: one store, one download, and neither harms the other. */
import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {World} from './harness/world.js';

const RATE = 8e6;

for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
  describe(`tabs share one download, in ${name}`, {timeout: 150_000}, () => {
    /** @type {World} */
    let world;
    let browser;
    const blob = {responseType: 'blob'};

    before(async () => { browser = await launch(name); });
    beforeEach(async () => { world = await World.create({bytesPerSecond: RATE}); });
    afterEach(async () => { await world.close(); });
    after(async () => { await browser?.close(); });

    /** Two tabs, the first of which has begun. */
    async function twoTabs(size = 16 << 20) {
      const file = world.put({size});
      const first = await world.visitor(browser);
      const second = await world.tab(first);
      const download = await first.get(file.url, blob);
      await first.stored(file.url, 4);
      return {file, first, second, download};
    }

    /** @param {object} result @param {{bytes: Buffer, sha256: string}} file */
    function assertWhole(result, file) {
      assert.equal(result.status, 200);
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loaded, file.bytes.length);
    }

    test('the second follows the first, and the origin sends each byte once', async () => {
      const {file, second, download} = await twoTabs();
      const results = await Promise.all([second.download(file.url, blob), download.result()]);
      for (const result of results) assertWhole(result, file);
      assert.ok(results[0].loadedFS >= file.bytes.length * 0.9, `${results[0].loadedFS} bytes from storage`);
      // What was under way when the second saw that it need not ask.
      const twice = world.origin.bytesSent - file.bytes.length;
      assert.ok(twice < 2 << 20, `${twice} bytes twice`);
    });

    test('the first is closed, and the second goes on', async () => {
      const {file, first, second} = await twoTabs();
      const following = await second.get(file.url, blob);
      await following.reached('loadedFS', 1 << 20);
      await first.page.close();
      const result = await following.result();
      assertWhole(result, file);
      assert.ok(result.loadedHTTP > 0);
      const third = await world.return(second);
      const again = await third.download(file.url, blob);
      assertWhole(again, file);
      assert.equal(again.loadedFS, file.bytes.length);
    });

    test('the first is paused, the second goes on, and the first has it all', async () => {
      const {file, first, second, download} = await twoTabs();
      const following = await second.get(file.url, blob);
      await following.reached('loadedFS', 1 << 20);
      await download.abort();
      assertWhole(await following.result(), file);
      const result = await first.download(file.url, blob);
      assertWhole(result, file);
      assert.ok(result.loadedFS > 0);
    });

    test('both begin at once, and both get it', async () => {
      const file = world.put({size: 8 << 20});
      const first = await world.visitor(browser);
      const second = await world.tab(first);
      const results = await Promise.all([first, second].map(visitor =>
        visitor.download(file.url, {responseType: 'arraybuffer'})));
      for (const result of results) assertWhole(result, file);
    });

    test('it is removed while another tab has it', async () => {
      // Large enough to be under way still.
      const {file, second, download} = await twoTabs(32 << 20);
      const {swarmId} = await download.info();
      await second.page.evaluate(id => peer5.removeResource(id), swarmId);
      assertWhole(await download.result(), file);
    });
  });
}
