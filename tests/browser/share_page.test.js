/**
 * The sharing page, used as a person would.
 *
 * PEER5_SHARE_MB=200 makes the shared file that large (20 if not given).
 */
import assert from 'node:assert/strict';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {ByteSource} from '../../web/server/samples.js';
import {launch} from './harness/browsers.js';
import {sha256} from './harness/origin.js';
import {serve, stop, visitPage} from './harness/site.js';

const SIZE = Number(process.env.PEER5_SHARE_MB ?? 20) * 1e6;

/** Runs in the page: what it saves goes where a test can read it, without a dialogue. */
function catchSaves() {
  globalThis.saved = [];
  if (globalThis.showSaveFilePicker) {
    globalThis.showSaveFilePicker = async ({suggestedName}) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle(suggestedName, {create: true});
      globalThis.saved.push({name: suggestedName, read: async () => (await handle.getFile()).arrayBuffer()});
      return handle;
    };
    globalThis.showDirectoryPicker = () => navigator.storage.getDirectory();
  }
  HTMLAnchorElement.prototype.click = function () {
    const {download: name, href} = this;
    globalThis.saved.push({name, read: async () => (await fetch(href)).arrayBuffer()});
  };
}

describe('the sharing page', {timeout: 300_000}, () => {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let site;
  /** @type {Record<string, import('puppeteer-core').Browser>} */
  const browsers = {};
  /** @type {string} */
  let folder;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peer5-share-'));
    site = await serve(['--port', '0']);
    browsers.chromium = await launch('chromium');
    browsers.firefox = await launch('firefox');
  });
  after(async () => {
    await Promise.all(Object.values(browsers).map(browser => browser.close()));
    if (site) await stop(site.child);
    await rm(folder, {recursive: true, force: true});
  });

  /** @param {string} browser @param {string} [url] @param {() => void} [more] */
  const visit = async (browser, url = `${site.url}/share.html`, more = () => {}) => {
    const page = await visitPage(browsers[browser], url, complaints, catchSaves);
    await page.evaluate(more);
    return page;
  };

  const textOf = (page, id) => page.$eval(`#${id}`, element => element.textContent.trim());
  const says = (page, id, start) => page.waitForFunction(
    (at, text) => document.getElementById(at).textContent.startsWith(text), {}, id, start);
  const reached = (page, percent) => page.waitForFunction(
    least => parseFloat(document.getElementById('receive-percent').textContent) >= least, {}, percent);

  /** @param {string} name @param {number} [size] */
  async function makeFile(name, size = SIZE) {
    const bytes = new ByteSource(name).next(size);
    const path = join(folder, name);
    await writeFile(path, bytes);
    return {path, bytes, sha256: sha256(bytes)};
  }

  /** @param {import('puppeteer-core').Page} page @param {string[]} paths */
  async function choose(page, ...paths) {
    const input = await page.$('#files');
    await input.uploadFile(...paths);
    return linkOf(page);
  }

  /** @param {import('puppeteer-core').Page} page */
  async function linkOf(page) {
    await says(page, 'send-message', 'Ready');
    return page.$eval('#link', ({value}) => value);
  }

  /** @param {import('puppeteer-core').Page} page */
  const isHere = page => says(page, 'receive-message', 'Here, and checked');

  /** Saves by the first button, and hashes what was saved. @param {import('puppeteer-core').Page} page */
  async function save(page) {
    await page.click('#received button');
    await says(page, 'receive-message', 'Saved');
    return page.evaluate(async () => {
      const {name, read} = globalThis.saved.at(-1);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await read()));
      return {name, sha256: Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')};
    });
  }

  test('a file reaches three, one late and one reloading, though the sharer leaves', async () => {
    complaints = [];
    const file = await makeFile('Holiday film.mp4');
    const sharer = await visit('chromium');
    // A home's uplink: slower than what receivers pass on to each other.
    await sharer.evaluate(limit => peer5.setGlobalOptions({upLinkLimit: limit}), SIZE / 5);
    const link = await choose(sharer, file.path);
    assert.match(await textOf(sharer, 'shared-name'), /^Holiday film\.mp4 \(/);

    const [first, second] = await Promise.all(['chromium', 'firefox'].map(browser => visit(browser, link)));
    for (const page of [first, second]) {
      assert.equal(await textOf(page, 'offer-name'), 'Holiday film.mp4');
      assert.match(await textOf(page, 'offer-facts'), /MB · video\/mp4 · encrypted/);
      assert.equal(await textOf(page, 'receive-message'), '', 'nothing has begun');
    }
    assert.equal(await textOf(sharer, 'send-peers'), '0', 'nobody was contacted by opening the link');
    await Promise.all([first, second].map(page => page.click('#download')));

    await reached(second, 30);
    await second.reload();
    await second.click('#download');
    await sharer.waitForFunction(() => document.querySelectorAll('#downloader-rows tr').length >= 2);

    await isHere(first);
    const uploaded = parseFloat(await textOf(sharer, 'send-uploaded'));
    await sharer.close();
    const late = await visit('chromium', link);
    await late.click('#download');
    await Promise.all([second, late].map(isHere));
    for (const page of [first, second, late]) {
      assert.deepEqual(await save(page), {name: 'Holiday film.mp4', sha256: file.sha256});
    }
    assert.ok(uploaded * 1e6 <= 1.5 * SIZE, `the sharer uploaded ${uploaded} MB`);
    assert.deepEqual(complaints, []);
    await Promise.all([first, second, late].map(page => page.close()));
  });
});
