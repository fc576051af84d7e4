import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {fetchManifest} from '../../../js/engine/manifest.js';
import {headOf, versionOf} from '../../../js/engine/response_head.js';
import {begin, HttpFetch} from '../../../js/net/http_fetch.js';
import {Origin, randomBytes} from './world.js';

const FILE = randomBytes(300_000);

/** Fetches, and collects what comes. */
function run(url, {first = 0, last = Infinity, headers = []} = {}) {
  const got = {pieces: [], status: 0};
  got.ended = new Promise(resolve => {
    got.fetch = new HttpFetch(begin({url, headers, first, last}), {
      head: response => got.status = response.status,
      bytes: bytes => got.pieces.push(Buffer.from(bytes)),
      end: resolve,
    });
  });
  got.bytes = () => Buffer.concat(got.pieces);
  return got;
}
const soon = ms => new Promise(resolve => setTimeout(resolve, ms));

test('the whole resource is asked for without a Range', async t => {
  const origin = await Origin.open(t, FILE);
  const got = run(origin.url);
  assert.equal(await got.ended, true);
  assert.deepEqual(got.bytes(), FILE);
  assert.deepEqual(origin.requests, ['all']);
});

test('a part is asked for by one plain range', async t => {
  const origin = await Origin.open(t, FILE);
  const got = run(origin.url, {first: 100, last: 199});
  assert.equal(await got.ended, true);
  assert.equal(got.status, 206);
  assert.deepEqual(got.bytes(), FILE.subarray(100, 200));
  assert.deepEqual(origin.requests, ['bytes=100-199']);
});

test('a response that is cut short has not ended well', async t => {
  const origin = await Origin.open(t, FILE);
  origin.stopAt = 1000;
  const got = run(origin.url);
  while (got.bytes().length < 1000) await soon(5);
  origin.cut();
  assert.equal(await got.ended, false);
});

test('nobody there is a failure, not an exception', async () => {
  assert.equal(await run('http://127.0.0.1:1/').ended, false);
});

test('after abort() nothing is heard', async t => {
  const origin = await Origin.open(t, FILE);
  origin.stopAt = 1000;
  const got = run(origin.url);
  while (got.bytes().length < 1000) await soon(5);
  got.fetch.abort();
  let ended = false;
  got.ended.then(() => ended = true);
  origin.go();
  await soon(50);
  assert.equal(ended, false);
  assert.equal(got.bytes().length, 1000);
});

test('a paused response holds the origin back, and goes on', async t => {
  const big = Buffer.alloc(30_000_000, 'x');
  let response = /** @type {any} */ (null);
  const server = http.createServer((_, answer) => {
    response = answer;
    answer.end(big);
  });
  server.listen(0);
  await once(server, 'listening');
  t.after(() => server.close());
  const got = run(`http://localhost:${server.address().port}/`);
  got.fetch.pause();
  await soon(300);
  assert.ok(response.writableLength > big.length / 2, `${response.writableLength} bytes are still there`);
  assert.ok(got.bytes().length < big.length / 2);
  got.fetch.resume();
  assert.equal(await got.ended, true);
  assert.equal(got.bytes().length, big.length);
});

test('a manifest is fetched, if it is one that could be meant', async t => {
  const origin = await Origin.open(t, FILE);
  assert.deepEqual(Buffer.from(await fetchManifest(origin.url)), FILE);
  origin.bytes = Buffer.alloc(5 << 20);
  assert.equal(await fetchManifest(origin.url), null);
  origin.bytes = FILE;
  origin.status = 404;
  assert.equal(await fetchManifest(origin.url), null);
  assert.equal(await fetchManifest('http://127.0.0.1:1/'), null);
});

/** @param {Record<string, string>} headers */
const version = (headers, status = 200, asked = 0) =>
  versionOf(/** @type {any} */ ({status, headers: new Headers(headers)}), asked);

test('which responses may be shared', () => {
  const cases = [
    [{}, true],
    [{'cache-control': 'public, max-age=60'}, true],
    [{'cache-control': 'no-cache'}, true],
    [{'cache-control': 'no-store'}, false],
    [{'cache-control': 'max-age=1, Private'}, false],
    [{'cache-control': 'private="set-cookie"'}, false],
    [{vary: 'Accept-Encoding, Origin'}, true],
    [{vary: '*'}, false],
    [{vary: 'Accept, COOKIE'}, false],
    [{vary: 'Authorization'}, false],
  ];
  for (const [headers, shareable] of cases) {
    assert.equal(version(headers).shareable, shareable, JSON.stringify(headers));
  }
});

test('where a body starts and how long the resource is', () => {
  const cases = [
    [{'content-length': '10'}, 200, 0, 0, 10],
    [{'content-length': '10', 'content-encoding': 'gzip'}, 200, 0, 0, -1],
    [{'content-length': '10', 'content-encoding': 'identity'}, 200, 0, 0, 10],
    [{'content-length': '1e3'}, 200, 0, 0, -1],
    [{}, 200, 0, 0, -1],
    [{'content-length': '10', 'content-range': 'bytes 5-14/99'}, 206, 5, 5, 99],
    [{'content-length': '10', 'content-range': 'bytes 6-15/99'}, 206, 5, 6, 99],
    [{'content-range': 'bytes 5-14/*'}, 206, 0, 5, -1],
    [{'content-length': '10'}, 206, 5, 5, -1],
    [{'content-range': 'bytes 5-14/99', 'content-length': '3'}, 200, 5, 0, 3],
  ];
  for (const [headers, status, asked, first, total] of cases) {
    const got = version(headers, status, asked);
    assert.deepEqual([got.first, got.total], [first, total], JSON.stringify([headers, status]));
  }
});

test('a head has what the page may see, in lower case', () => {
  const head = headOf(/** @type {any} */ ({status: 203, statusText: 'So', url: 'http://x/',
    headers: new Headers({'X-Own': 'A', 'Content-Length': '5'})}));
  assert.deepEqual(head, {status: 203, statusText: 'So', url: 'http://x/',
    headers: [['content-length', '5'], ['x-own', 'A']], total: 5, fromInfo: false});
});
