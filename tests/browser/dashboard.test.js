/** The operator's page on a tracker with live swarms. */
import assert from 'node:assert/strict';
import {mkdtemp, readFile, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
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

  /** Opens the part of the page for one swarm. */
  const look = async (page, name) => {
    await contains(page, name);
    await page.evaluate(wanted => {
      [...document.querySelectorAll('#swarms button')].find(button => button.textContent === wanted).click();
    }, name);
    await page.waitForSelector('#swarm:not([hidden])');
  };

  test('one swarm is drawn as it is connected, and its figures are saved', async () => {
    const file = world.put();
    const seeder = await world.seeder(browser, file);
    const takers = [await world.visitor(browser), await world.visitor(browser)];
    for (const taker of takers) await taker.download(file.url, {options: {downloadMode: 'p2p'}});
    const {page, errors} = await open(encodeURIComponent(TOKEN));
    const name = file.path.slice(1);
    await look(page, name);
    // Both takers are connected to the seeder at least; each pair is drawn once.
    await page.waitForFunction(() => document.querySelectorAll('#mesh line.open').length >= 2 &&
      document.querySelectorAll('#mesh .seeder').length === 3, {timeout: 20_000});
    const drawn = await page.$$eval('#mesh line', lines => lines.map(line => line.dataset.edge));
    assert.equal(new Set(drawn).size, drawn.length);
    const authorization = `Bearer ${TOKEN}`;
    const ask = async path => (await fetch(`${base}/dashboard/${path}`, {headers: {authorization}})).json();
    const {swarms} = await ask('figures');
    const {id} = swarms.find(swarm => swarm.name === name);
    const view = await ask(`swarm/${id}`);
    assert.equal(view.members.length, 3);
    const open_ = view.edges.filter(({state}) => state === 'open');
    // What one side has from the other is what the takers have got in all.
    const moved = open_.reduce((sum, edge) => sum + edge.bytesAB + edge.bytesBA, 0);
    assert.ok(moved >= 2 * file.bytes.length, `${moved} bytes on the edges`);
    assert.deepEqual(open_.map(({a, b}) => [view.members[a].key, view.members[b].key].sort().join()).sort(),
      (await page.$$eval('#mesh line.open', lines => lines.map(line => line.dataset.edge))).sort());
    await contains(page, '3 members');
    await contains(page, '67% from peers');
    await contains(page, 'Is P2P low?');
    await contains(page, 'Chromium and Chromium');

    const saved = await mkdtemp(join(tmpdir(), 'peer5-dashboard-'));
    try {
      const session = await page.createCDPSession();
      await session.send('Page.setDownloadBehavior', {behavior: 'allow', downloadPath: saved});
      const rows = async button => {
        await page.click(`#${button}`);
        for (let tries = 0; tries < 100; ++tries) {
          const [got] = (await readdir(saved)).filter(entry => !entry.endsWith('.crdownload'));
          if (got) {
            const text = await readFile(join(saved, got), 'utf8');
            await rm(join(saved, got));
            return {got, text};
          }
          await new Promise(resolve => setTimeout(resolve, 100));
        }
        throw new Error(`${button} saved nothing`);
      };
      const swarmCsv = await rows('save-swarm-csv');
      assert.equal(swarmCsv.got, `swarm-${id.slice(0, 8)}.csv`);
      assert.equal(swarmCsv.text.trimEnd().split('\r\n').length, 4);
      const json = JSON.parse((await rows('save-swarm-json')).text);
      assert.equal(json.swarm.id, id);
      assert.match((await rows('save-csv')).text, new RegExp(`${id},${name},`));
      assert.ok(JSON.parse((await rows('save-json')).text).swarms.length >= 1);
    } finally {
      await rm(saved, {recursive: true, force: true});
    }
    assert.deepEqual(errors, []);
    await page.close();
    for (const visitor of [seeder, ...takers]) await visitor.leave();
  });

  test('of a swarm of one it says that nobody else is here, and the keyboard reaches it', async () => {
    const file = world.put();
    const visitor = await world.seeder(browser, file);
    const {page, errors} = await open(encodeURIComponent(TOKEN));
    const name = file.path.slice(1);
    await contains(page, name);
    await page.evaluate(wanted => {
      [...document.querySelectorAll('#swarms button')].find(button => button.textContent === wanted).focus();
    }, name);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#why [data-code="alone"]');
    assert.match(await page.$eval('#why', list => list.textContent), /nobody else is here at the same time/);
    assert.equal(await page.$eval('#mesh', mesh => mesh.querySelectorAll('line').length), 0);
    await page.focus('#close-swarm');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#swarm', {hidden: true});
    // Back where it was opened, and still there after the figures have changed.
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    assert.equal(await focused(), name);
    const state = await page.$eval('#state', line => line.textContent);
    await page.waitForFunction(was => document.querySelector('#state').textContent !== was, {}, state);
    assert.equal(await focused(), name);
    assert.deepEqual(errors, []);
    await page.close();
    await visitor.leave();
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
