import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {fetchManifest} from '../../../js/engine/manifest.js';
import {headOf, isPieceOf, versionOf} from '../../../js/engine/response_head.js';
import {begin, HttpFetch} from '../../../js/net/http_fetch.js';
import {Origin, randomBytes, sha256} from './world.js';

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

// --- long ones ---

const MIB = 2 ** 20;
const LONG = randomBytes(80 * MIB);

/** Fetches as a download does whose blocks are known: what it has been given is of no use afterwards. */
function runLong(url, {first = 0, last = Infinity, consumes = true, onHead = () => {}} = {}) {
  const wanted = {url, headers: [], first, last};
  const got = {hash: createHash('sha256'), size: 0};
  let version;
  got.ended = new Promise(resolve => {
    got.fetch = new HttpFetch(begin(wanted), {
      head: response => {
        version = versionOf(response, first);
        onHead();
        return version.total;
      },
      goesOn: (response, at) => isPieceOf(version, versionOf(response, at), at),
      bytes: bytes => {
        got.hash.update(bytes);
        got.size += bytes.length;
      },
      consumes: () => consumes,
      end: resolve,
    }, wanted);
  });
  return got;
}
/** @param {{ended: Promise<boolean>, hash: import('node:crypto').Hash}} got @param {Buffer} bytes */
async function isWhole(got, bytes) {
  assert.equal(await got.ended, true);
  assert.equal(got.hash.digest('hex'), sha256(bytes));
}
/** That the ranges follow each other, up to the end. */
function follow(ranges, last) {
  const ends = ranges.map(range => range.match(/\d+/g).map(Number));
  for (const [i, [first, end]] of ends.entries()) {
    if (i > 0) assert.equal(first, ends[i - 1][1] + 1);
    assert.ok(end - first < 8 * MIB, range(first, end));
  }
  assert.equal(ends.at(-1)[1], last);
}
const range = (first, last) => `bytes=${first}-${last}`;

test('a long part is asked for in pieces', async t => {
  const origin = await Origin.open(t, LONG);
  const got = runLong(origin.url, {first: 1000, last: 20 * MIB});
  await isWhole(got, LONG.subarray(1000, 20 * MIB + 1));
  assert.equal(origin.requests.length, 3);
  assert.equal(origin.requests[0], range(1000, 8 * MIB + 999));
  follow(origin.requests, 20 * MIB);
});

test('of a long response that is not kept, the rest is asked for in pieces', async t => {
  const origin = await Origin.open(t, LONG);
  const got = runLong(origin.url);
  await isWhole(got, LONG);
  const [first, ...pieces] = origin.requests;
  assert.equal(first, 'all');
  assert.ok(pieces.length >= 9);
  follow(pieces, LONG.length - 1);
});

test('a response that is kept is one, and so is one that is not so long', async t => {
  const origin = await Origin.open(t, LONG);
  await isWhole(runLong(origin.url, {consumes: false}), LONG);
  origin.bytes = LONG.subarray(0, 60 * MIB);
  await isWhole(runLong(origin.url), origin.bytes);
  assert.deepEqual(origin.requests, ['all', 'all']);
});

test('from an origin without ranges, or with another version by now, a long response goes on', async t => {
  for (const change of [{ranges: false}, {headers: {etag: '"2"'}}]) {
    const origin = await Origin.open(t, LONG, {etag: '"1"'});
    const got = runLong(origin.url, {onHead: () => Object.assign(origin, change)});
    await isWhole(got, LONG);
    assert.equal(origin.requests.length, 2);
  }
});

test('a long part that changes on the way fails', async t => {
  const origin = await Origin.open(t, LONG, {etag: '"1"'});
  const got = runLong(origin.url, {first: 0, last: 30 * MIB, onHead: () => { origin.headers = {etag: '"2"'}; }});
  assert.equal(await got.ended, false);
  assert.equal(got.size, 8 * MIB);
});

test('while it waits, a long response is not asked for any further', async t => {
  const origin = await Origin.open(t, LONG);
  const got = runLong(origin.url);
  while (origin.requests.length < 3) await soon(5);
  got.fetch.pause();
  await soon(50);
  const asked = origin.requests.length;
  await soon(200);
  assert.equal(origin.requests.length, asked);
  assert.ok(got.size < LONG.length);
  got.fetch.resume();
  await isWhole(got, LONG);
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
