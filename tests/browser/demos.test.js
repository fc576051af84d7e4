/** The demos of the talk and its codelab, and what all pages have to be. */
import assert from 'node:assert/strict';
import {readdir, readFile} from 'node:fs/promises';
import {after, before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {launch} from './harness/browsers.js';
import {serve, stop, visitPage} from './harness/site.js';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));
const PHONE = {width: 390, height: 844};
const DESKTOP = {width: 1280, height: 800};

describe('the demos', {timeout: 240_000}, () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    site = await serve(['--port', '0', '--origin-mbps', '100']);
    browser = await launch('chromium');
  });
  after(async () => {
    await browser?.close();
    if (site) await stop(site.child);
  });

  /** @param {string} path */
  const visit = path => visitPage(browser, `${site.url}/${path}`, complaints);

  /** @param {import('puppeteer-core').Page} page @param {string} example @param {string} [id] of the swarm */
  async function play(page, example, id) {
    const [{length}, code] = await Promise.all([page.$$('#snippet option'),
      readFile(`${WEB}/snippets/${example}.txt`, 'utf8')]);
    assert.ok(length > 0);
    await page.select('#snippet', example);
    await page.waitForFunction(text => document.getElementById('code').value === text, {}, code);
    if (id) await page.$eval('#room', (field, value) => { field.value = value; }, id);
    await page.click('#run');
    await page.waitForFunction(() => document.getElementById('message').textContent === 'Running.');
    return (await page.$('#result')).contentFrame();
  }

  describe('in the playground', () => {
    /** @type {import('puppeteer-core').Page} */
    let page;
    before(async () => {
      complaints = [];
      page = await visit('playground.html');
    });

    /** @param {import('puppeteer-core').Frame} room @param {string} text */
    const logs = (room, text) => room.waitForFunction(
      wanted => document.getElementById('log').textContent.includes(wanted), {}, text);

    test('an image is shown', async () => {
      const room = await play(page, 'image');
      await room.waitForFunction(() => document.getElementById('cat').naturalWidth === 480);
    });

    test('a file comes with progress, and can be saved', async () => {
      const room = await play(page, 'file');
      await room.waitForSelector('#saveBtn:not([hidden])');
      assert.ok(await room.$eval('#amount-http', element => Number(element.textContent)) > 0);
      const name = await room.evaluate(() => new Promise(resolve => {
        HTMLAnchorElement.prototype.click = function () { resolve(this.href); };
        document.getElementById('saveBtn').click();
      }));
      assert.match(name, /^blob:/);
    });

    test('peer5.Request answers as XMLHttpRequest would', async () => {
      await logs(await play(page, 'request'), 'blob:');
    });

    test('XMLHttpRequest, for comparison', async () => {
      await logs(await play(page, 'xhr'), 'onload: status 200');
    });

    test('a data channel of a chosen kind is made', async () => {
      const room = await play(page, 'channel');
      await room.waitForFunction(
        () => globalThis.dc?.maxRetransmits === 3 && globalThis.dc.ordered === false);
    });

    test('what the uploader shares the downloader gets, until nobody shares it', async () => {
      const uploader = await play(page, 'uploader');
      await uploader.waitForFunction(() => document.getElementById('box-text').textContent.includes('is ready to be shared!'));
      const id = new URL(await uploader.evaluate(() => location.href)).pathname.slice(1);
      assert.match(id, /^[0-9a-f]{64}$/);
      const other = await visit(`playground.html#room=${id}`);
      const downloader = await play(other, 'downloader');
      await downloader.waitForFunction(() => document.getElementById('box-text').textContent.startsWith('Finished: 1048576'));
      assert.match(await downloader.$eval('#numOfPeers', element => element.textContent), /^Connected to \d+ peers$/);
      const nobody = await play(other, 'downloader', 'ab'.repeat(32));
      await nobody.waitForFunction(() => document.getElementById('box-text').textContent.startsWith('Room not found'));
      await other.close();
      assert.deepEqual(complaints, []);
    });

    test('every example is tested', async () => {
      const names = await page.$$eval('#snippet option', options => options.map(({value}) => value));
      const files = (await readdir(`${WEB}/snippets`)).map(name => name.replace('.txt', ''));
      assert.deepEqual(names.sort(), files.sort());
      await page.close();
    });
  });

  test('below the fold the gallery comes from the other window', async () => {
    complaints = [];
    const scroll = async page => {
      await page.setViewport(DESKTOP);
      const count = await page.waitForFunction(() => document.querySelectorAll('#gallery li').length);
      const total = await count.jsonValue();
      for (let at = 0; at < total; at += 3) {
        await page.$$eval('#gallery li', (items, i) => items[i].scrollIntoView(), at);
        await page.waitForFunction(i => document.querySelectorAll('#gallery img')[i].naturalWidth > 0, {}, at);
      }
      await page.waitForFunction(all => document.getElementById('shown').textContent === String(all), {}, total);
    };
    const first = await visit('gallery.html');
    await scroll(first);
    const second = await visit('gallery.html');
    await scroll(second);
    const peers = await second.$eval('#from-peers', element => parseFloat(element.textContent));
    assert.ok(peers > 1, `${peers} MB came from peers`);
    assert.deepEqual(complaints, []);
    await Promise.all([first.close(), second.close()]);
  });

  for (const name of ['drop-in', 'drop-in-axios']) {
    test(`${name}: one script tag, and the second window gets bytes from the first`, async () => {
      complaints = [];
      const code = await readFile(`${WEB}/${name}.js`, 'utf8');
      assert.doesNotMatch(code, /peer/i, 'its own code knows nothing of peers');
      const done = page => page.waitForFunction(
        () => document.getElementById('message').textContent === 'Done: 67108864 bytes.');
      const first = await visit(`${name}.html`);
      await first.waitForFunction(text => document.getElementById('source').textContent === text, {}, code);
      await first.click('#start');
      await done(first);
      const second = await visit(`${name}.html`);
      await second.click('#start');
      await done(second);
      await second.waitForFunction(() => {
        const [, megabytes] = /, (\d+) MB from peers/.exec(document.querySelector('footer').textContent) ?? [];
        return Number(megabytes) > 10;
      });
      assert.deepEqual(complaints, []);
      await Promise.all([first.close(), second.close()]);
    });
  }

  test('every page: no accessibility violation, and nothing too wide, on phone and desktop, light and dark', async () => {
    const pages = (await readdir(WEB)).filter(name => name.endsWith('.html'));
    for (const name of [...pages, 'share.html#r=x', `share.html#r=${'A'.repeat(43)}&n=a.bin&s=1`]) {
      const page = await visit(name);
      await page.evaluate(await readFile(AXE, 'utf8'));
      for (const scheme of ['light', 'dark']) {
        await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: scheme}]);
        for (const viewport of [PHONE, DESKTOP]) {
          await page.setViewport(viewport);
          const {violations} = await page.evaluate(() => axe.run(document, {iframes: false}));
          assert.deepEqual(violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]), [],
            `${name}, ${scheme}, ${viewport.width} pixels`);
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= viewport.width, name);
        }
      }
      await page.close();
    }
  });
});
