import assert from 'node:assert/strict';
import {test} from 'node:test';
import {FileStore} from '../../../js/store/file_store.js';
import {KeptStream} from '../../../js/store/kept_stream.js';
import {bodyOf, MemoryStore} from '../../../js/store/memory_store.js';
import {ResponseBuffer} from '../../../js/store/response_buffer.js';
import {randomBytes} from './world.js';

const INFO = {size: 1050, blockSize: 500, chunkSize: 100, numOfBlocks: 3};
const FILE = randomBytes(INFO.size);

/** @param {MemoryStore} store @param {number[]} blocks */
function fill(store, ...blocks) {
  for (const block of blocks) {
    store.part(block).set(FILE.subarray(block * 500, block * 500 + 500));
    store.commit(block);
  }
  return store;
}

test('a part is no block before it is committed', () => {
  const store = new MemoryStore(INFO);
  assert.equal(store.part(2).length, 50);
  assert.equal(store.read(2, 0, 50), null);
  fill(store, 2);
  assert.deepEqual(Buffer.from(store.read(2, 10, 1000)), FILE.subarray(1010));
});

test('what is given to the page is its own', async () => {
  const store = fill(new MemoryStore(INFO), 0, 1, 2);
  const buffer = await store.body().arrayBuffer();
  assert.deepEqual(Buffer.from(buffer), FILE);
  new Uint8Array(buffer).fill(0);
  structuredClone(buffer, {transfer: [buffer]});
  assert.deepEqual(Buffer.from(store.read(0, 0, 500)), FILE.subarray(0, 500));
  const blob = await store.body().blob('a/b');
  assert.equal(blob.type, 'a/b');
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), FILE);
});

test('a discarded part is forgotten, or kept aside to be compared', () => {
  const store = new MemoryStore(INFO);
  store.part(1).fill(1);
  store.discard(1, false);
  assert.deepEqual([...store.part(1)], Array(500).fill(0));
  store.part(1).set(FILE.subarray(500, 1000));
  store.part(1)[99] ^= 1;
  store.part(1)[350] ^= 1;
  store.part(1)[399] ^= 1;
  store.discard(1, true);
  fill(store, 1);
  assert.deepEqual(store.differences(1), [0, 3]);
  assert.deepEqual(store.differences(1), [], 'forgotten once compared');
});

test('a suspect can be dropped', () => {
  const store = new MemoryStore(INFO);
  store.discard(0, true);
  store.part(0);
  store.discard(0, true);
  store.dropSuspect(0);
  fill(store, 0);
  assert.deepEqual(store.differences(0), []);
});

test('a block can be taken over from another store, once', () => {
  const from = fill(new MemoryStore(INFO), 0);
  const to = new MemoryStore(INFO);
  assert.equal(to.adopt(1, from), false);
  assert.equal(to.adopt(0, from), true);
  assert.equal(to.adopt(0, from), false);
  to.commit(0);  // as the core will say
  assert.deepEqual(Buffer.from(to.read(0, 0, 500)), FILE.subarray(0, 500));
});

test('a kept stream is copied from anywhere, in any order', () => {
  const stream = new KeptStream();
  let at = 0;
  for (const size of [1, 300, 0, 7, 400, 342]) stream.push(FILE.subarray(at, at += size));
  assert.equal(stream.size, 1050);
  const ranges = [[0, 500], [500, 500], [1000, 50], [0, 1], [300, 2], [1049, 1], [700, 8], [2, 1048]];
  for (const [from, length] of ranges) {
    const target = new Uint8Array(length);
    stream.copy(from, target);
    assert.deepEqual(Buffer.from(target), FILE.subarray(from, from + length), `${length} from ${from}`);
  }
});

test('copying beyond what has come leaves the rest as it is', () => {
  const stream = new KeptStream();
  stream.push(new Uint8Array([1, 2]));
  const target = new Uint8Array(3);
  stream.copy(1, target);
  assert.deepEqual([...target], [2, 0, 0]);
});

test('a shared file is read by block, and a block once for all its chunks', async () => {
  const file = new Blob([FILE]);
  let slices = 0;
  const counted = {size: file.size, slice: (...range) => {
    ++slices;
    return file.slice(...range);
  }};
  const store = new FileStore(/** @type {any} */ (counted), 500);
  const chunks = await Promise.all([0, 100, 200, 300, 400].map(at => store.read(1, at, 100)));
  assert.deepEqual(Buffer.concat(chunks), FILE.subarray(500, 1000));
  assert.equal(slices, 1);
  assert.deepEqual(Buffer.from(await store.read(2, 40, 10)), FILE.subarray(1040));
});

test('a read that failed is tried again', async () => {
  let fails = true;
  const store = new FileStore(/** @type {any} */ ({size: 10, slice: () => ({
    arrayBuffer: async () => {
      if (fails) throw new Error('NotReadableError');
      return new ArrayBuffer(10);
    },
  })}), 10);
  await assert.rejects(store.read(0, 0, 5));
  fails = false;
  assert.equal((await store.read(0, 0, 5)).length, 5);
});

test('an empty body is empty', async () => {
  assert.equal((await bodyOf(0, []).arrayBuffer()).byteLength, 0);
});

test('a response is put together while it comes, and given away once', async () => {
  const ready = new ResponseBuffer(1050);
  for (const at of [500, 0, 1000]) ready.put(at, FILE.subarray(at, at + 500));
  const body = bodyOf(1050, [FILE], ready);
  const made = ready.bytes.buffer;
  const first = await body.arrayBuffer();
  assert.equal(first, made);
  assert.deepEqual(Buffer.from(first), FILE);
  new Uint8Array(first).fill(0);
  assert.deepEqual(Buffer.from(await body.arrayBuffer()), FILE, 'the next is another');
});

test('what is not whole, too long or begun anew is not given', () => {
  const short = new ResponseBuffer(10);
  short.put(0, FILE.subarray(0, 9));
  assert.equal(short.take(), null);
  const long = new ResponseBuffer(10);
  long.put(0, FILE.subarray(0, 10));
  long.put(10, FILE.subarray(10, 11));
  assert.equal(long.take(), null);
  const anew = new ResponseBuffer(10);
  anew.put(0, FILE.subarray(0, 6));
  anew.restart();
  anew.put(6, FILE.subarray(6, 10));
  assert.equal(anew.take(), null);
  assert.equal(new ResponseBuffer(2 ** 52).take(), null, 'more than there is');
});
