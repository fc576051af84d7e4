/** The operator's page on a tracker with live swarms. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {WebSocket} from 'ws';
import {launch} from './harness/browsers.js';
import {World} from './harness/world.js';

const TOKEN = 'a token of the operator';
const WIDTHS = {desktop: 1280, phone: 390};

describe('the dashboard', {timeout: 120_000}, () => {
  let browser;
  /** @type {World} */
  let world;
  let base = '';

  before(async () => {
    browser = await launch('chromium');
    world = await World.create({tracker: {dashboardToken: TOKEN, reportInterval: 1}});
    base = world.tracker.url.replace('ws:', 'http:');
  });
  after(async () => {
    await world?.close();
    await browser?.close();
  });

  /** @param {string} fragment @param {number} [width] */
  const open = async (fragment, width = WIDTHS.desktop) => {
    const page = await browser.newPage();
    await page.setViewport({width, height: 800});
    const requested = [];
    const errors = [];
    page.on('request', request => requested.push(request.url()));
    page.on('pageerror', error => errors.push(String(error)));
    await page.goto(`${base}/dashboard#${fragment}`);
    return {page, requested, errors};
  };
  const contains = (page, text) => page.waitForFunction(
    wanted => document.body.innerText.includes(wanted), {timeout: 20_000}, text);

  test('it shows the swarms, what peers bring and what was refused, at every width', async () => {
    const file = world.put();
    await world.seeder(browser, file);
    const visitor = await world.visitor(browser);
    const result = await visitor.download(file.url, {options: {downloadMode: 'p2p'}});
    assert.equal(result.loadedP2P, file.bytes.length);
    const text = new WebSocket(world.tracker.url);
    text.on('open', () => text.send('not binary'));
    await new Promise(resolve => text.once('close', resolve));
    for (const width of Object.values(WIDTHS)) {
      const {page, requested, errors} = await open(encodeURIComponent(TOKEN), width);
      await contains(page, '50%');
      await contains(page, 'file-0.bin');
      await contains(page, 'binary messages only');
      await contains(page, 'Live');
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `no sideways at ${width}`);
      assert.ok(requested.every(url => url.startsWith(`${base}/dashboard`) || url.startsWith('data:')), requested.join());
      assert.deepEqual(errors, []);
      if (process.env.PEER5_SCREENSHOTS) {
        await page.screenshot({path: `${process.env.PEER5_SCREENSHOTS}/dashboard-${width}.png`});
      }
      await page.close();
    }
  });

  test('without the token it shows nothing and says what to do', async () => {
    const {page} = await open('wrong');
    await contains(page, 'operator’s token');
    assert.ok(!(await page.evaluate(() => document.body.innerText)).includes('file-0.bin'));
    await page.close();
    assert.equal((await fetch(`${base}/dashboard/figures`)).status, 401);
    const authorization = `Bearer ${TOKEN}`;
    assert.equal((await fetch(`${base}/dashboard/figures`, {headers: {authorization}})).status, 200);
  });
});
