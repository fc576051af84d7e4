import assert from 'node:assert/strict';
import {test} from 'node:test';
import {PageDownload} from '../../../js/engine/page_download.js';
import {Heard} from './world.js';

const FILE = Buffer.from('abcdefghijklmnopqrstuvwxyz');
const INFO = {swarmId: 'ab', size: 26, blockSize: 10, chunkSize: 5, numOfBlocks: 3, name: '', type: 'a/b',
  lastModified: 'then', etag: '"1"', origin: 'http://o/x'};
const head = (status = 200) => ({status, statusText: '', url: '', headers: [], total: 26, fromInfo: false});

function setUp(options = {}) {
  const heard = new Heard();
  const download = new PageDownload({wantChunks: true, ...options}, heard.sink);
  return {download, heard};
}

/** A block that peers have brought. */
function bring(download, block) {
  const bytes = FILE.subarray(block * 10, block * 10 + 10);
  download.store.part(block).set(bytes);
  download.commit(block, 0, bytes.length, 0);
}

/** FileInfo has come: what the stream brought becomes blocks. */
function adopt(download) {
  download.onInfo(INFO);
  const {size} = download.kept;
  for (let at = 0; at < size; at += 10) download.storeKept(at / 10, 0, at, Math.min(10, size - at));
  download.dropKept();
}

test('text goes on behind the response with verified blocks, each byte once', () => {
  const {download, heard} = setUp();
  download.onHead(head());
  download.keep(FILE.subarray(0, 7));
  download.keep(FILE.subarray(7, 13));
  adopt(download);
  bring(download, 2);
  assert.equal(heard.text, 'abcdefghijklm', 'not before what stands in front of it');
  bring(download, 0);
  bring(download, 1);
  assert.equal(heard.text, FILE.toString());
});

test('a block that was shown and turns out wrong is not continued', () => {
  const {download} = setUp();
  download.onHead(head());
  download.keep(FILE.subarray(0, 13));
  adopt(download);
  assert.equal(download.onDiscard(2), false);
  assert.equal(download.onDiscard(1), true);
  assert.equal(download.onDiscard(0), true);
});

test('what was told as loaded is never taken back', () => {
  const {download, heard} = setUp({wantChunks: false});
  download.onHead(head());
  download.keep(FILE.subarray(0, 20));
  assert.equal(heard.progressed.loadedHTTP, 20);
  adopt(download);
  download.progress();
  assert.equal(heard.progressed.loadedHTTP, 20);
  download.store.discard(1, false);
  download.onDiscard(1);
  download.progress();
  assert.equal(heard.progressed.loadedHTTP, 20);
  for (const block of [0, 1, 2]) bring(download, block);
  download.complete();
  assert.deepEqual(heard.progressed, {loadedHTTP: 20, loadedP2P: 6, loadedFS: 0, total: 26});
  assert.equal(heard.calls.at(-1), 'complete');
});

test('an error that peers may make up for is kept back', () => {
  const {download, heard} = setUp();
  download.onHead(head(503));
  assert.deepEqual(heard.calls, []);
  download.onInfo(INFO);
  download.speakFromInfo();
  assert.equal(heard.headWith.status, 200);
  assert.deepEqual(heard.headWith.headers, [['content-length', '26'], ['content-type', 'a/b'],
    ['etag', '"1"'], ['last-modified', 'then']]);
});

test('a later answer takes the place of an error that was kept back', () => {
  const {download, heard} = setUp();
  download.onHead(head(503));
  download.onHead(head(200));
  download.onHead(head(500));
  assert.deepEqual(heard.calls, ['head']);
  assert.equal(heard.headWith.status, 200);
});

test('going plain, the error is told with its body', () => {
  const {download, heard} = setUp();
  download.onHead(head(404));
  download.keep(FILE.subarray(0, 3));
  assert.equal(heard.text, '');
  download.goPlain();
  download.keep(FILE.subarray(3, 5));
  download.completeStream();
  assert.deepEqual(heard.calls, ['head', 'complete']);
  assert.equal(heard.text, 'abcde');
  assert.equal(download.body.size, 5);
});

test('a head that comes after going plain is told at once', () => {
  const {download, heard} = setUp();
  download.goPlain();
  download.onHead(head(404));
  assert.equal(heard.headWith.status, 404);
});

test('after the end only swarm and FileInfo are told', () => {
  const {download, heard} = setUp();
  download.onHead(head());
  download.keep(FILE);
  download.completeStream();
  adopt(download);
  for (const block of [0, 1, 2]) bring(download, block);
  download.complete();
  download.sink.swarmState({numOfPeers: 1, uploaded: 0});
  download.finish(sink => sink.fail({code: 'network', message: ''}));
  assert.deepEqual(heard.calls, ['head', 'complete', 'info', 'swarmState']);
  assert.equal(heard.text, FILE.toString());
  assert.equal(download.body.size, 26);
});

test('a new owner hears what the former has heard', () => {
  const {download} = setUp();
  download.onHead(head());
  download.keep(FILE.subarray(0, 10));
  adopt(download);
  bring(download, 0);
  download.sink = null;
  bring(download, 1);
  const next = new Heard();
  download.handOver({wantChunks: true}, next.sink);
  download.catchUp();
  assert.deepEqual(next.calls, ['info', 'head']);
  assert.equal(next.text, FILE.toString('latin1', 0, 20));
  assert.equal(next.progressed.total, 26);
});
