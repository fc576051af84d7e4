import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createTracker} from '../../../js/tracker/index.js';
import {limits, network} from './fake_rtc.js';
import {get, Heard, openPage, Origin, randomBytes, sha256} from './world.js';

const FILE = randomBytes(1_500_000);

async function world(t, {file = FILE, headers = {}} = {}) {
  const origin = await Origin.open(t, file, headers);
  const tracker = await createTracker({origins: [new URL(origin.url).origin], logger: undefined});
  await tracker.listen({port: 0});
  t.after(() => tracker.close({graceMs: 100}));
  return {origin, tracker, page: options => openPage(t, {tracker: tracker.url, ...options})};
}

/** @param {Heard} heard */
async function right(heard, file = FILE) {
  assert.equal(await heard.end(), 'complete', JSON.stringify(heard.failWith));
  const {body} = heard.download;
  assert.equal(body.size, file.length);
  assert.equal(sha256(Buffer.from(await body.arrayBuffer())), sha256(file));
  assert.equal(sha256(Buffer.from(await (await body.blob('x/y')).arrayBuffer())), sha256(file));
  const {loadedHTTP, loadedP2P, loadedFS, total} = heard.progressed;
  assert.equal(loadedHTTP + loadedP2P + loadedFS, file.length);
  assert.equal(total, file.length);
}

test('without a tracker a download is the HTTP response, as it is', async t => {
  const origin = await Origin.open(t, FILE, {'x-own': '1'});
  const page = await openPage(t, {});
  const heard = get(page, {url: origin.url});
  await right(heard);
  assert.equal(heard.headWith.status, 200);
  assert.deepEqual(heard.headWith.headers.find(([name]) => name === 'content-type'),
    ['content-type', 'application/octet-stream']);
  assert.deepEqual(origin.requests, ['all']);
  assert.equal(page.downloads.size, 0, 'nothing is kept of it');
});

test('a second page gets from the first what the origin holds back', async t => {
  const {origin, page} = await world(t);
  const first = get(await page(), {url: origin.url});
  await right(first);
  await first.until(({infoWith}) => infoWith);
  origin.stopAt = 1000;
  const second = get(await page(), {url: origin.url, strategy: 'server-friendly'});
  await right(second);
  assert.ok(second.progressed.loadedP2P > FILE.length * 0.9, JSON.stringify(second.progressed));
  assert.ok(second.calls.indexOf('head') < second.calls.indexOf('complete'));
  assert.equal(second.infoWith.size, FILE.length);
});

test('uploads go on when a channel tells exactly at its mark, and once', async t => {
  network.stopsAtMark = true;
  t.after(() => network.stopsAtMark = false);
  const {origin, page} = await world(t);
  const first = get(await page(), {url: origin.url});
  await right(first);
  await first.until(({infoWith}) => infoWith);
  const second = get(await page(), {swarmId: first.infoWith.swarmId, downloadMode: 'p2p'});
  await right(second);
  assert.equal(second.progressed.loadedP2P, FILE.length);
});

test('an ArrayBuffer response is ready when its last byte is', async t => {
  const {origin, page} = await world(t);
  for (const engine of [await openPage(t, {}), await page()]) {
    const heard = get(engine, {url: origin.url, wantBuffer: true});
    assert.equal(await heard.end(), 'complete');
    const {body} = heard.download;
    const [mine, other] = [await body.arrayBuffer(), await body.arrayBuffer()];
    assert.notEqual(mine, other);
    for (const buffer of [mine, other]) assert.equal(sha256(Buffer.from(buffer)), sha256(FILE));
  }
});

test('a shared file goes from page to page by its id alone', async t => {
  const {page} = await world(t);
  const shared = new Heard();
  shared.download = (await page()).share(new Blob([FILE]), {name: 'a.bin', type: 'x/y'}, shared.sink);
  assert.equal(await shared.end(), 'complete');
  const {swarmId} = shared.infoWith;
  const heard = get(await page(), {swarmId, downloadMode: 'p2p'});
  await right(heard);
  assert.deepEqual([heard.infoWith.name, heard.infoWith.type], ['a.bin', 'x/y']);
  assert.equal(heard.progressed.loadedP2P, FILE.length);
  assert.deepEqual([heard.headWith.status, heard.headWith.fromInfo], [200, true]);
  await shared.until(({swarmStateWith}) => swarmStateWith?.uploaded >= FILE.length - 300_000);
});

test('the page that shares a file can also get it', async t => {
  const {page} = await world(t);
  const engine = await page();
  const shared = new Heard();
  engine.share(new Blob([FILE]), {name: '', type: ''}, shared.sink);
  await shared.end();
  const heard = get(engine, {swarmId: shared.infoWith.swarmId, downloadMode: 'p2p'});
  await right(heard);
  assert.equal(heard.progressed.loadedFS, FILE.length);
});

test('a swarm that nobody is in is not found', async t => {
  const {page} = await world(t);
  const heard = get(await page(), {swarmId: '0'.repeat(64), downloadMode: 'p2p'});
  assert.equal(await heard.end(), 'fail');
  assert.equal(heard.failWith.code, 'not-found');
  assert.match(heard.failWith.message, /new link/);
});

test('a paused download goes on from where it was, with a new owner', async t => {
  const {origin, page} = await world(t);
  const engine = await page();
  origin.stopAt = 700_000;
  const first = get(engine, {url: origin.url});
  await first.until(({progressed, infoWith}) => infoWith && progressed.loadedHTTP >= 600_000);
  first.download.pause();
  const heardBefore = first.calls.length;
  origin.stopAt = Infinity;
  const second = get(engine, {url: origin.url});
  first.download.leave();  // no longer its business
  await right(second);
  assert.ok(origin.sent < FILE.length * 1.5, `the origin has sent ${origin.sent}`);
  assert.ok(origin.requests.some(range => range.startsWith('bytes=')), String(origin.requests));
  assert.equal(first.calls.length, heardBefore, 'who paused hears no more');
});

test('what the page has already does not come again', async t => {
  const {origin, page} = await world(t);
  const engine = await page();
  const first = get(engine, {url: origin.url});
  await right(first);
  await first.until(({infoWith}) => infoWith);
  origin.stopAt = 1000;
  const second = get(engine, {url: origin.url});
  await second.until(({progressed}) => progressed.loadedFS > 0);
  origin.go();
  await right(second);
  assert.ok(second.progressed.loadedFS > FILE.length * 0.8, JSON.stringify(second.progressed));
});

test('text grows in order and once', async t => {
  const file = Buffer.from('a line of the file\n'.repeat(60_000));
  const {origin, page} = await world(t, {file});
  const engine = await page();
  origin.stopAt = 500_000;
  const heard = get(engine, {url: origin.url, wantChunks: true});
  await heard.until(({infoWith, progressed}) => infoWith && progressed.loadedHTTP > 400_000);
  origin.go();
  await right(heard, file);
  assert.equal(heard.text, file.toString());
});

test('an error answer is the page’s, body and all', async t => {
  const {origin, page} = await world(t);
  origin.status = 404;
  const heard = get(await page(), {url: origin.url, wantChunks: true});
  assert.equal(await heard.end(), 'complete');
  assert.equal(heard.headWith.status, 404);
  assert.equal(heard.download.body.size, FILE.length);
});

test('a 503 that nobody makes up for is told after a while, with its body', async t => {
  const origin = await Origin.open(t, Buffer.from('come later'));
  origin.status = 503;
  const heard = get(await openPage(t, {}), {url: origin.url, wantChunks: true});
  assert.equal(await heard.end(), 'complete');
  assert.equal(heard.headWith.status, 503);
  assert.equal(heard.text, 'come later');
});

test('a broken response is a failure that says what to do', async t => {
  const origin = await Origin.open(t, FILE);
  origin.stopAt = 10_000;
  const heard = get(await openPage(t, {}), {url: origin.url});
  await heard.until(({progressed}) => progressed.loadedHTTP > 0);
  origin.cut();
  assert.equal(await heard.end(), 'fail');
  assert.equal(heard.failWith.code, 'network');
  assert.match(heard.failWith.message, /CORS/);
});

test('without consent nobody is contacted', async t => {
  const {origin, tracker, page} = await world(t);
  let asked = 0;
  const engine = await page({consent: () => ++asked < 0});
  await right(get(engine, {url: origin.url}));
  await right(get(engine, {url: origin.url}));
  assert.equal(asked, 1);
  const heard = get(engine, {swarmId: '0'.repeat(64), downloadMode: 'p2p'});
  assert.equal(await heard.end(), 'fail');
  assert.equal(heard.failWith.code, 'aborted');
  assert.equal(tracker.stats().sockets, 0);
});

test('HTTP does not wait for consent, and peers join once it is given', async t => {
  const {origin, tracker, page} = await world(t);
  let agree = /** @type {(value: boolean) => void} */ (() => {});
  const engine = await page({consent: () => new Promise(resolve => agree = resolve)});
  origin.stopAt = 300_000;
  const heard = get(engine, {url: origin.url});
  await heard.until(({progressed}) => progressed.loadedHTTP > 0);
  assert.equal(tracker.stats().sockets, 0);
  agree(true);
  await heard.until(({infoWith}) => infoWith);
  origin.go();
  await right(heard);
});

test('a page that may make no connection finishes by HTTP', async t => {
  const {origin, page} = await world(t);
  const first = get(await page(), {url: origin.url});
  await right(first);
  await first.until(({infoWith}) => infoWith);
  limits.connections = 0;
  t.after(() => limits.connections = Infinity);
  await right(get(await page(), {url: origin.url}));
});

test('when the core fails, downloads begin again natively', async t => {
  const {origin, page} = await world(t);
  const engine = await page();
  origin.stopAt = 1000;
  const heard = get(engine, {url: origin.url});
  await heard.until(({progressed}) => progressed.loadedHTTP > 0);
  t.mock.method(console, 'warn', () => {});
  engine.loop.input(() => {
    throw new WebAssembly.RuntimeError('unreachable');
  });
  assert.equal(await heard.end(), 'restart');
  assert.equal(await get(engine, {url: origin.url}).end(), 'restart');
});
