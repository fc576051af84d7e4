/** What was downloaded once is there at the next visit, for the page and for others. */
import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {Origin} from './harness/origin.js';
import {World} from './harness/world.js';

for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
  describe(`a second visit is served from storage, in ${name}`, {timeout: 150_000}, () => {
    /** @type {World} */
    let world;
    /** @type {Origin} */
    let site;
    let browser;

    before(async () => { browser = await launch(name); });
    afterEach(async () => {
      await world.close();
      await site.close();
    });
    after(async () => { await browser?.close(); });

    test('origin and peers gone, and passed on to a third', async () => {
      world = await World.create();
      site = await new Origin().listen();
      const file = world.put();
      const first = await world.visitor(browser, {site: site.url});
      const result = await first.download(file.url, {responseType: 'blob'});
      assert.equal(result.sha256, file.sha256);
      await first.stored(file.url);
      await world.origin.kill();
      const second = await world.return(first);
      const again = await second.download(file.url, {responseType: 'blob'});
      assert.equal(again.status, 200);
      assert.equal(again.sha256, file.sha256);
      assert.equal(again.loadedFS, file.bytes.length);
      assert.equal(again.loaded, file.bytes.length);
      const third = await world.visitor(browser, {site: site.url});
      const passed = await third.download(file.url);
      assert.equal(passed.status, 200);
      assert.equal(passed.sha256, file.sha256);
      assert.equal(passed.loadedP2P, file.bytes.length);
    });
  });
}
