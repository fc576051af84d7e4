/**
 * The sharing page, used as a person would.
 *
 * PEER5_SHARE_MB=200 makes the shared file that large (20 if not given).
 */
import assert from 'node:assert/strict';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {decodeQR} from 'qr/decode.js';
import {ByteSource} from '../../web/server/samples.js';
import {sendsWrongBytes} from './harness/bad_peers.js';
import {launch} from './harness/browsers.js';
import {sha256} from './harness/origin.js';
import {serve, stop, visitPage} from './harness/site.js';
import {tapTraffic} from './harness/traffic.js';

const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));
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

  /** @param {string} browser @param {string} [url] */
  const visit = (browser, url = `${site.url}/share.html`) =>
    visitPage(browsers[browser], url, complaints, catchSaves);

  const textOf = (page, id) => page.$eval(`#${id}`, element => element.textContent.trim());
  const says = (page, id, start) => page.waitForFunction(
    (at, text) => document.getElementById(at).textContent.startsWith(text), {}, id, start);
  const reached = (page, percent) => page.waitForFunction(
    least => parseFloat(document.getElementById('receive-percent').textContent) >= least, {}, percent);

  /** @param {import('puppeteer-core').Page} page */
  async function isAccessible(page) {
    await page.evaluate(await readFile(AXE, 'utf8'));
    const {violations} = await page.evaluate(() => axe.run(document));
    assert.deepEqual(violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]), []);
  }

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
    await Promise.all([sharer, first].map(isAccessible));
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

  /** Drops files on the page, or pastes them. @param {import('puppeteer-core').Page} page @param {'drop' | 'paste'} how @param {{name: string, type: string, text: string}[]} files @param {string} [text] */
  const give = (page, how, files, text = '') => page.evaluate((kind, list, plain) => {
    const data = new DataTransfer();
    for (const {name, type, text: content} of list) data.items.add(new File([content], name, {type}));
    if (plain) data.setData('text/plain', plain);
    const event = kind === 'drop' ? new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}) :
      new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
    document.body.dispatchEvent(event);
  }, how, files, text);

  for (const [from, to] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`several files dropped in ${from} are saved in ${to}, each or all`, async () => {
      complaints = [];
      const sharer = await visit(from);
      await give(sharer, 'drop', [
        {name: 'one.txt', type: 'text/plain', text: 'first'},
        {name: 'two.json', type: 'application/json', text: '{"second": 2}'}]);
      const link = await linkOf(sharer);
      const receiver = await visit(to, link);
      assert.equal(await textOf(receiver, 'offer-name'), '2 files');
      await receiver.click('#download');
      await isHere(receiver);
      assert.deepEqual(await receiver.$$eval('#received .file-name', names => names.map(name => name.textContent)),
        ['one.txt (0.0 MB)', 'two.json (0.0 MB)']);
      assert.equal((await save(receiver)).sha256, sha256(Buffer.from('first')));
      await receiver.click('#save-all');
      await receiver.waitForFunction(() => document.getElementById('receive-message').textContent === 'Saved.');
      assert.deepEqual(complaints, []);
      await Promise.all([sharer.close(), receiver.close()]);
    });
  }

  test('a text that is pasted is shown on the other side', async () => {
    complaints = [];
    const sharer = await visit('chromium');
    await give(sharer, 'paste', [], 'Grüße\n<b>from</b> the clipboard');
    const link = await linkOf(sharer);
    const receiver = await visit('chromium');
    // A link that is pasted is opened, not shared.
    await Promise.all([receiver.waitForNavigation(), give(receiver, 'paste', [], link)]);
    await receiver.waitForSelector('#receive:not([hidden])');
    await receiver.click('#download');
    await receiver.waitForSelector('#received pre');
    assert.equal(await receiver.$eval('#received pre', pre => pre.textContent), 'Grüße\n<b>from</b> the clipboard');
    assert.deepEqual(complaints, []);
    await Promise.all([sharer.close(), receiver.close()]);
  });

  test('an image that is pasted is shown on the other side, a page is not', async () => {
    complaints = [];
    const sharer = await visit('chromium');
    await sharer.evaluate(async () => {
      const canvas = new OffscreenCanvas(30, 20);
      canvas.getContext('2d').fillRect(0, 0, 9, 9);
      const data = new DataTransfer();
      data.items.add(new File([await canvas.convertToBlob()], 'image.png', {type: 'image/png'}));
      dispatchEvent(new ClipboardEvent('paste', {clipboardData: data}));
    });
    const receiver = await visit('firefox', await linkOf(sharer));
    await receiver.click('#download');
    await receiver.waitForFunction(() => document.querySelector('#received img')?.naturalWidth === 30);
    await sharer.click('#stop-sharing');
    await give(sharer, 'drop', [{name: 'page.html', type: 'text/html', text: '<script>alert(1)</script>'}]);
    const other = await visit('firefox', await linkOf(sharer));
    await other.click('#download');
    await isHere(other);
    assert.equal(await other.$('#received img, #received pre'), null);
    assert.deepEqual(complaints, []);
    await Promise.all([sharer.close(), receiver.close(), other.close()]);
  });

  test('without encryption any page that knows the swarm id can have the file', async () => {
    complaints = [];
    const file = await makeFile('open.bin', 1e6);
    const sharer = await visit('chromium');
    await sharer.click('#encrypt');
    const link = await choose(sharer, file.path);
    const receiver = await visit('chromium', link);
    assert.match(await textOf(receiver, 'offer-facts'), /not encrypted/);
    await receiver.click('#download');
    await isHere(receiver);
    assert.deepEqual(await save(receiver), {name: 'open.bin', sha256: file.sha256});
    assert.deepEqual(complaints, []);
    await Promise.all([sharer.close(), receiver.close()]);
  });

  test('paused, it goes on from where it was; having left, it begins anew', async () => {
    complaints = [];
    const file = await makeFile('paused.bin', 6e6);
    const sharer = await visit('chromium');
    const link = await choose(sharer, file.path);
    const receiver = await visit('chromium', link);
    await receiver.evaluate(() => peer5.setGlobalOptions({downLinkLimit: 3e6}));
    await receiver.click('#download');
    await reached(receiver, 20);
    await receiver.click('#pause');
    await says(receiver, 'receive-message', 'Paused');
    const paused = parseFloat(await textOf(receiver, 'receive-percent'));
    assert.ok(paused < 100);
    assert.equal(await textOf(receiver, 'download'), 'Resume');
    await receiver.click('#download');
    await isHere(receiver);
    assert.equal((await save(receiver)).sha256, file.sha256);
    await receiver.click('#leave');
    await says(receiver, 'receive-message', 'You have left');
    assert.equal(await receiver.$('#received button'), null);
    await sharer.waitForFunction(() => document.getElementById('send-peers').textContent === '0');
    await receiver.click('#download');
    await isHere(receiver);
    assert.deepEqual(complaints, []);
    await Promise.all([sharer.close(), receiver.close()]);
  });

  test('says what is wrong with a link', async () => {
    const file = await makeFile('wrong.bin', 1e5);
    const sharer = await visit('chromium');
    const link = await choose(sharer, file.path);
    const [, key] = /k=([\w-]+)/.exec(link);
    const wrongKey = key.replace(/./, first => first === 'A' ? 'B' : 'A');
    const root = /r=([\w-]+)/.exec(link)[1];
    for (const [bad, words] of [
      [link.replace(key, wrongKey), 'The key in this link is not the one'],
      [link.replace(`&k=${key}`, ''), 'This is encrypted, and the link lacks its key'],
      [link.replace(root, root.replace(/^./, first => first === 'A' ? 'B' : 'A')), 'Nobody shares this at the moment'],
    ]) {
      const receiver = await visit('chromium', bad);
      await receiver.click('#download');
      await says(receiver, 'receive-message', words);
      assert.equal(await textOf(receiver, 'download'), 'Try again');
      assert.equal(await receiver.$('#received button'), null);
      await receiver.close();
    }
    const cut = await visit('chromium', link.slice(0, link.indexOf('r=') + 9));
    assert.ok(await cut.$('#broken:not([hidden])'));
    await sharer.click('#stop-sharing');
    const late = await visit('chromium', link);
    await late.click('#download');
    await says(late, 'receive-message', 'Nobody who has it is here');
    await Promise.all([sharer, late, cut].map(page => page.close()));
  });

  test('each error status has words of its own', async () => {
    const page = await visit('chromium');
    const words = await page.evaluate(async () => {
      const {describeProblem} = await import('/lib/sharing/problems.js');
      return [640, 641, 642, 643, 644, 645, 646, 650].map(status => describeProblem(status, ''));
    });
    assert.equal(new Set(words).size, 8);
    assert.ok(words.every(text => text.length > 20));
    assert.match(words[1], /Firefox/);
    assert.match(words[2], /Chrome/);
    await page.close();
  });

  test('the QR code says the link', async () => {
    const file = await makeFile('code.bin', 1000);
    const sharer = await visit('chromium');
    const link = await choose(sharer, file.path);
    const pixels = await sharer.$eval('#code svg', async svg => {
      const [, , size] = svg.getAttribute('viewBox').split(' ').map(Number);
      const [scale, canvas] = [4, document.createElement('canvas')];
      canvas.width = canvas.height = size * scale;
      const context = canvas.getContext('2d');
      context.fillStyle = 'white';
      context.fillRect(0, 0, canvas.width, canvas.width);
      context.scale(scale, scale);
      context.fillStyle = 'black';
      context.fill(new Path2D(svg.querySelector('path').getAttribute('d')));
      const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.width);
      return {width, height, data: Array.from(data)};
    });
    assert.equal(decodeQR({...pixels, data: Uint8Array.from(pixels.data)}), link);
    await sharer.close();
  });

  test('by keyboard alone: choose, copy, stop; download, pause, save', async () => {
    const file = await makeFile('keys.bin', 3e6);
    const sharer = await visit('chromium');
    const focused = page => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
    await sharer.bringToFront();
    await sharer.keyboard.press('Tab');
    await sharer.keyboard.press('Tab');
    assert.equal(await focused(sharer), 'files');
    const [chooser] = await Promise.all([sharer.waitForFileChooser(), sharer.keyboard.press('Space')]);
    await chooser.accept([file.path]);
    const link = await linkOf(sharer);
    assert.equal(await focused(sharer), 'copy');

    const receiver = await visit('chromium', link);
    await receiver.evaluate(() => peer5.setGlobalOptions({downLinkLimit: 2e6}));
    await receiver.focus('#download');
    await receiver.keyboard.press('Enter');
    assert.equal(await focused(receiver), 'pause');
    await reached(receiver, 10);
    await receiver.keyboard.press('Enter');
    assert.equal(await focused(receiver), 'download');
    await receiver.keyboard.press('Enter');
    await isHere(receiver);
    await receiver.focus('#leave');
    await receiver.keyboard.press('Tab');
    assert.equal(await focused(receiver), 'Save');
    await receiver.keyboard.press('Enter');
    await says(receiver, 'receive-message', 'Saved');

    await sharer.focus('#stop-sharing');
    await sharer.keyboard.press('Enter');
    await says(sharer, 'send-message', 'Sharing has stopped');
    assert.equal(await focused(sharer), 'files');
    await Promise.all([sharer.close(), receiver.close()]);
  });

  test('neither tracker nor peers see plaintext, name, type or key', async () => {
    const text = 'A secret that nobody but the receiver reads. '.repeat(5000);
    /** @param {string} url */
    const visitTapped = url => visitPage(browsers.chromium, url, complaints, tapTraffic);
    const sharer = await visitTapped(`${site.url}/share.html`);
    await give(sharer, 'drop', [{name: 'Plan for the coup.txt', type: 'text/plain', text}]);
    const link = await linkOf(sharer);
    const receiver = await visitTapped(link);
    await receiver.click('#download');
    await isHere(receiver);
    const key = Buffer.from(/k=([\w-]+)/.exec(link)[1], 'base64url');
    const latin1 = string => [...Buffer.from(string)];
    for (const page of [sharer, receiver]) {
      assert.ok(await page.evaluate(() => traffic.bytes()) > text.length, 'the traffic was seen');
      const swarm = [...Buffer.from(/r=([\w-]+)/.exec(link)[1], 'base64url')];
      const includes = needle => page.evaluate(bytes => traffic.includes(bytes), needle);
      assert.ok(await includes(swarm), 'what went by is found');
      for (const secret of ['A secret that', 'Plan for', 'text/plain', key.toString('base64url'), key.toString('hex')]) {
        assert.ok(!await includes(latin1(secret)), `“${secret}” went by`);
      }
      assert.ok(!await includes([...key]), 'the key went by');
    }
    await Promise.all([sharer.close(), receiver.close()]);
  });

  test('a byte that a peer flips is refused', async () => {
    const file = await makeFile('flipped.bin', 3e6);
    const sharer = await visit('chromium');
    await sharer.evaluate(() => peer5.setGlobalOptions({upLinkLimit: 1e6}));
    const link = await choose(sharer, file.path);
    const liar = await visitPage(browsers.chromium, link, complaints, sendsWrongBytes);
    await liar.click('#download');
    await isHere(liar);
    const receiver = await visit('chromium', link);
    await receiver.click('#download');
    await isHere(receiver);
    assert.ok(await liar.evaluate(() => globalThis.misdeeds) > 0, 'it has been lied to');
    assert.equal((await save(receiver)).sha256, file.sha256);
    await Promise.all([sharer, liar, receiver].map(page => page.close()));
  });
});
