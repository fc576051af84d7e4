import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import {test} from 'node:test';
import {ACTIONS, OutputReader, readInfo} from '../../../js/engine/output.js';
import {newCore, randomBytes, sha256} from './world.js';

const source = path => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** Names of the Action variant's kinds, in its order. */
async function kinds() {
  const header = await source('core/swarm/actions.h');
  const variant = /using Action =\s+std::variant<([^;]*)>;/.exec(header)[1];
  return [...variant.matchAll(/action::(\w+)/g)].map(([, name]) => name);
}

/** What the C++ writes for a kind: ['u32', 'u8', …]; what stands in a loop, once. */
async function written(kind) {
  const code = await source('wasm/client_output.cc');
  // Behind its own index.
  const body = new RegExp(`On\\(const action::${kind}& a\\) \\{\\n  U8\\(IndexOf<action::${kind}>\\(\\)\\);([\\s\\S]*?)\\n\\}\\n`).exec(code)[1];
  return [...body.matchAll(/\b(U8|U32|F64|Bytes|Text)\(/g)].map(([, type]) => type.toLowerCase());
}

/** What JavaScript reads for a kind, and the action that it makes of it. */
function read(index) {
  const types = [];
  const reader = Object.fromEntries(['u8', 'u32', 'f64', 'bytes', 'text'].map(type => [type, () => {
    types.push(type);
    return type === 'u32' || type === 'u8' ? 1 : type;
  }]));
  let name = '';
  const anything = new Proxy({}, {get: (_, property) => (...args) => {
    name = String(property);
    assert.ok(!args.includes(undefined), `${name} reads less than it passes on`);
  }});
  ACTIONS[index](new Proxy({}, {get: () => anything}), reader);
  return {name, types};
}

test('JavaScript reads the actions that the core writes, field by field', async () => {
  const all = await kinds();
  assert.ok(all.length > 20);
  assert.equal(ACTIONS.length, all.length);
  for (const [index, kind] of all.entries()) {
    const {name, types} = read(index);
    assert.equal(name, kind[0].toLowerCase() + kind.slice(1));
    assert.deepEqual(types, await written(kind), kind);
  }
});

test('every action has somebody who carries it out', async () => {
  const places = {connections: 'connections.js', fetches: 'fetches.js', blocks: 'blocks.js', page: 'engine.js',
    offline: 'offline.js'};
  for (const act of ACTIONS) {
    const [, place, name] = /to\.(\w+)\.(\w+)\(/.exec(act.toString());
    assert.match(await source(`js/engine/${places[place]}`), new RegExp(`\\n  ${name}\\(`), `${place}.${name}`);
  }
});

test('values are little-endian, bytes and text have a length', () => {
  const bytes = Buffer.alloc(64);
  let at = bytes.writeUInt32LE(31, 4);
  at = bytes.writeUInt8(7, at);
  at = bytes.writeUInt32LE(0xfffffffe, at);
  at = bytes.writeDoubleLE(2 ** 40 + 0.5, at);
  at = bytes.writeUInt32LE(3, at) + bytes.write('añ', at + 4);
  bytes.writeUInt32LE(2, at);
  const memory = new Uint8Array(bytes).buffer;
  const reader = OutputReader.at(memory, 4);
  assert.equal(reader.u8(), 7);
  assert.equal(reader.u32(), 0xfffffffe);
  assert.equal(reader.f64(), 2 ** 40 + 0.5);
  assert.equal(reader.text(), 'añ');
  assert.equal(reader.done, false);
  assert.equal(reader.rest().length, 31 - 20);
  assert.equal(reader.done, true);
});

test('what was read stays as it is when the core writes again', () => {
  const memory = new Uint8Array([2, 0, 0, 0, 5, 6]);
  const reader = OutputReader.at(memory.buffer, 0);
  memory.fill(0);
  assert.deepEqual([...reader.rest()], [5, 6]);
});

test('the core makes FileInfo of a file to be shared, and gives it back', async () => {
  const core = await newCore();
  core.begin({vendor: 1, version: 1});
  const hashes = randomBytes(3 * 32);
  const frame = core.makeInfo({size: 150_000, blockSize: 65_536, hashes, name: 'ä.bin', type: 'a/b'});
  core.put(frame);
  core.out(core.client.share(0, frame.length));
  const info = core.info(core.client.swarm());
  const root = Buffer.concat([Buffer.from('peer5 root 1\n'), Buffer.alloc(16), hashes]);
  root.writeBigUInt64BE(150_000n, 13);
  root.writeUInt32BE(65_536, 21);
  root.writeUInt32BE(16_384, 25);
  assert.deepEqual(info, {swarmId: sha256(root), size: 150_000, blockSize: 65_536, chunkSize: 16_384,
    numOfBlocks: 3, name: 'ä.bin', type: 'a/b', lastModified: '', etag: '', origin: ''});
  assert.equal(typeof readInfo, 'function');
  assert.equal(core.info(99), null);
});

test('a file of too many blocks can’t be shared', async () => {
  const core = await newCore();
  const file = {size: 2 ** 50, blockSize: 65_536, hashes: new Uint8Array(0), name: '', type: ''};
  assert.equal(core.makeInfo(file).length, 0);
});

test('the core hashes as crypto.subtle does, also two blocks at a time', async t => {
  const core = await newCore();
  const blocks = [0, 1, 63, 64, 300_000, 1_000_000].map(size => randomBytes(size));
  t.mock.getter(crypto, 'subtle', () => undefined);
  const digests = await Promise.all(blocks.map(block => core.hash(block)));
  assert.deepEqual(digests.map(digest => Buffer.from(digest).toString('hex')), blocks.map(sha256));
});

test('what is put in arrives whole though the memory grows', async () => {
  const core = await newCore();
  core.begin({vendor: 1, version: 1});
  for (const size of [10, 40_000_000, 20]) {
    const bytes = randomBytes(size);
    core.put(bytes.subarray(0, 3), bytes.subarray(3));
    core.module.hashBegin();
    core.module.hashUpdate(size);
    assert.equal(Buffer.from(core.out(core.module.hashEnd()).rest()).toString('hex'), sha256(bytes));
  }
});
