/** The demo pages, as `npm start` serves them. */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {createServer, request as httpRequest} from 'node:http';
import {after, before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {launch} from './harness/browsers.js';
import {sha256} from './harness/origin.js';
import {serve, stop, visitPage} from './harness/site.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = 'sample-64MiB.bin';
const SIZE = 64 * 2 ** 20;
/** 20 MB/s: the sample takes more than three seconds. */
const ORIGIN_MBPS = '160';

/** The path goes out as it is. @param {string} site @param {string} path @param {string} [method] */
async function fetchRaw(site, path, method = 'GET') {
  const request = httpRequest({host: '127.0.0.1', port: new URL(site).port, path, method});
  request.end();
  const [response] = await once(request, 'response');
  response.resume();
  return response;
}

describe('the demo pages', {timeout: 180_000}, () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  /** @type {import('puppeteer-core').Browser} */
  let browser;
  let expectedHash = '';
  /** What pages complained of: errors, and violations of their policy. @type {string[]} */
  let complaints = [];

  before(async () => {
    site = await serve(['--port', '0', '--origin-mbps', ORIGIN_MBPS]);
    browser = await launch('chromium');
    expectedHash = sha256(await readFile(`${ROOT}/.build/samples/${SAMPLE}`));
  });
  after(async () => {
    await browser?.close();
    if (site) assert.equal(await stop(site.child), 0, 'SIGTERM ends the server in good order');
  });

  /** @param {string} path */
  const visit = path => visitPage(browser, site.url + path, complaints);

  /** @param {string} mode */
  async function visitDownload(mode) {
    const page = await visit('/download.html');
    await page.waitForSelector(`option[value="samples/${SAMPLE}"]`);
    await page.select('#sample', `samples/${SAMPLE}`);
    await page.select('#mode', mode);
    return page;
  }

  const textOf = (page, id) => page.$eval(`#${id}`, element => element.textContent.trim());
  const reached = (page, percent) => page.waitForFunction(
    least => Number(document.getElementById('bar').getAttribute('aria-valuenow')) >= least,
    {}, percent);
  const said = (page, start) => page.waitForFunction(
    text => document.getElementById('message').textContent.startsWith(text), {}, start);

  /** Megabytes by source, as the page tells it. */
  async function bytesOf(page) {
    const [http, peers, stored] = await Promise.all(['http', 'peers', 'stored'].map(
      async id => parseFloat(await textOf(page, id))));
    return {http, peers, stored};
  }

  async function doneWithRightHash(page) {
    await said(page, 'Done');
    assert.equal(await textOf(page, 'hash'), `SHA-256 ${expectedHash}`);
    assert.equal(await textOf(page, 'percent'), '100%');
    const save = await page.$eval('#save', ({hidden, href, download}) => ({hidden, href, download}));
    assert.deepEqual([save.hidden, save.download], [false, SAMPLE]);
    assert.match(save.href, /^blob:/);
  }

  test('the second window gets a file from the first; stopped, it resumes', async () => {
    complaints = [];
    const first = await visitDownload('server-friendly');
    await first.click('#start');
    await doneWithRightHash(first);
    assert.equal((await bytesOf(first)).peers, 0, 'there was nobody to get it from');

    const second = await visitDownload('server-friendly');
    // Slow enough to be stopped on the way.
    await second.evaluate(() => peer5.setGlobalOptions({downLinkLimit: 16e6}));
    await second.click('#start');
    await reached(second, 20);
    await second.click('#stop');
    await said(second, 'Stopped');
    assert.equal(await textOf(second, 'start'), 'Resume');
    const stoppedAt = await bytesOf(second);
    assert.ok(stoppedAt.http + stoppedAt.peers < SIZE / 1e6, 'not all of it is here');
    await new Promise(resolve => setTimeout(resolve, 700));
    assert.deepEqual(await bytesOf(second), stoppedAt, 'nothing comes while it is stopped');

    await second.click('#start');
    await doneWithRightHash(second);
    const {http, peers} = await bytesOf(second);
    assert.ok(peers > http, `${peers} MB from peers, ${http} MB from the server`);
    await first.waitForFunction(least => parseFloat(document.getElementById('uploaded').textContent) >= least,
      {}, Math.floor(peers) - 1);
    assert.deepEqual(complaints, []);

    await second.click('#leave');
    await first.waitForFunction(() => document.getElementById('connected').textContent === '0');
    assert.deepEqual(complaints, []);
    await Promise.all([first.close(), second.close()]);
  });

  test('by keyboard alone: start, stop and leave, the focus never lost', async () => {
    complaints = [];
    const page = await visitDownload('server-friendly');
    const focused = () => page.evaluate(() => document.activeElement.id);
    await page.focus('#mode');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'start');
    await page.keyboard.press('Enter');
    await reached(page, 1);
    assert.equal(await focused(), 'stop');
    await page.keyboard.press('Enter');
    await said(page, 'Stopped');
    assert.equal(await focused(), 'start');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'leave');
    await page.keyboard.press('Enter');
    await said(page, 'You have left');
    assert.equal(await focused(), 'start');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test('a URL that is wrong is named so', async () => {
    const page = await visitDownload('server-friendly');
    await page.select('#sample', 'other');
    await page.type('#url', 'nonsense');
    await page.click('#start');
    await said(page, 'Enter the whole URL');
    assert.equal(await page.$eval('#url', field => field.getAttribute('aria-invalid')), 'true');
    await page.$eval('#url', (field, url) => { field.value = url; }, `${site.url}/samples/none.bin`);
    await page.click('#start');
    await said(page, 'The server answered 404');
    assert.equal(await page.$eval('#save', ({hidden}) => hidden), true);
    await page.close();
  });

  test('the start page tells of tracker and visitors, and a policy guards it', async () => {
    complaints = [];
    const page = await visit('/');
    await page.waitForFunction(() => document.getElementById('strip').textContent.includes('P2P is on'));
    await page.waitForFunction(() => /\d+ visitors? connected/.test(document.getElementById('figures').textContent));
    assert.deepEqual(complaints, []);
    // The listeners of this test do hear what is wrong.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.inlineRan = true';
      document.body.append(script);
    });
    assert.equal(await page.evaluate(() => globalThis.inlineRan), undefined);
    while (!complaints.some(complaint => complaint.startsWith('policy: script-src'))) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    await page.close();
  });

  test('says why P2P is off where there is no WebRTC', async () => {
    const page = await (await browser.createBrowserContext()).newPage();
    await page.evaluateOnNewDocument(() => { delete globalThis.RTCPeerConnection; });
    await page.goto(`${site.url}/download.html`);
    await page.waitForFunction(() => document.getElementById('strip').textContent.startsWith('P2P is off: this browser'));
    await page.waitForSelector(`option[value="samples/${SAMPLE}"]`);
    await page.select('#sample', 'samples/sample-8MiB.bin');
    await page.click('#start');
    await said(page, 'Done, all from the server: this browser');
    await page.close();
  });

  test('is readable on a phone: nothing is wider than 390 pixels', async () => {
    for (const path of ['/', '/download.html']) {
      const page = await visit(path);
      await page.setViewport({width: 390, height: 800});
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, path);
      await page.close();
    }
  });

  test('samples have validators and ranges, for pages of any origin', async () => {
    const response = await fetch(`${site.url}/samples/${SAMPLE}`, {headers: {Range: 'bytes=5-9'}});
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('content-range'), `bytes 5-9/${SIZE}`);
    assert.equal((await response.arrayBuffer()).byteLength, 5);
    assert.ok(response.headers.get('etag') && response.headers.get('last-modified'));
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.match(response.headers.get('access-control-expose-headers') ?? '', /Content-Range/);
  });

  test('the server gives out nothing but pages, and odd requests do not hurt it', async () => {
    for (const path of ['/serve.js', '/%73erve.js', '/server/site.js', '//', '/%', '/..%2fpackage.json',
      '/samples/..%2f..%2fpackage.json', '/dist/../package.json', '/dist/%2e%2e/package.json', '/lib/']) {
      const {statusCode} = await fetchRaw(site.url, path);
      assert.ok(statusCode >= 400 && statusCode < 500, `${path}: ${statusCode}`);
    }
    assert.equal((await fetchRaw(site.url, '/', 'POST')).statusCode, 405);
    assert.equal((await fetchRaw(site.url, '/')).statusCode, 200);
  });

  test('takes the next port if the wanted one is in use, and says so', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const taken = /** @type {import('node:net').AddressInfo} */ (blocker.address()).port;
    const other = await serve(['--port', String(taken)]);
    try {
      assert.match(other.said, new RegExp(`Port ${taken} is in use`));
      assert.ok(Number(new URL(other.url).port) > taken);
    } finally {
      await stop(other.child);
      blocker.close();
    }
  });
});
