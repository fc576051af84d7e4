/**
 * Messages a second of the wasm codec, the boundary included, over a lean
 * DataView codec in JavaScript, in the same engine (V8).
 *
 * As the engine uses it: for each block of 32 chunks, 32 headers of Data and a
 * Have come in, and a Request for 32 more and a Have for each of 30 peers go
 * out, all of one turn in one crossing. And, for comparison, one small message
 * a crossing, both ways.
 */
import {readFile} from 'node:fs/promises';
import {build} from '../../../js/build/build.js';
import {decode, encodeHave, encodeRequest} from '../codec/dataview_codec.js';
import {interleave, median, spread} from '../statistics.js';

const ROUNDS = 9;
const CHUNKS = 32;
const PEERS = 30;
const CHUNK_LENGTH = 16_384 + 13;
const SWARM = 0x01020304;

async function wasmCodec() {
  await build(['codec'], {quiet: true});
  const dir = new URL('../../../.build/wasm/wasm/', import.meta.url);
  const {default: create} = await import(new URL('codec.mjs', dir).href);
  const compiled = await WebAssembly.compile(await readFile(new URL('codec.wasm', dir)));
  let memory;
  const module = await create({instantiateWasm(imports, done) {
    WebAssembly.instantiate(compiled, imports).then(instance => {
      memory = Object.values(instance.exports).find(value => value instanceof WebAssembly.Memory);
      done(instance);
    });
    return {};
  }});
  const inAt = module.inAt();
  const heap = () => new Uint8Array(memory.buffer);
  let bytes = heap();
  /** @param {number} at */
  const taken = at => {
    if (bytes.buffer !== memory.buffer) bytes = heap();
    // One copy out; the messages are parts of it.
    const copy = bytes.slice(at, at + module.outSize());
    const view = new DataView(copy.buffer);
    const messages = [];
    for (let i = 0; i < copy.length;) {
      const length = view.getUint32(i, true);
      messages.push(copy.subarray(i + 4, i + 4 + length));
      i += 4 + length;
    }
    return messages;
  };
  return {
    decode(message, length) {
      bytes.set(message, inAt);
      return module.decode(message.length, length);
    },
    encodeTurn: (first, chunks, peers) => taken(module.encodeTurn(SWARM, first, chunks, peers)),
    encodeHave: block => taken(module.encodeHave(SWARM, block)),
  };
}

const javascriptCodec = {
  decode(message, length) {
    const {chunk, payload, ids} = decode(message, length);
    return ids ? ids.reduce((sum, id) => sum + id, 0) : chunk + payload;
  },
  encodeTurn(first, chunks, peers) {
    const messages = [encodeRequest(SWARM, first, chunks)];
    for (let i = 0; i < peers; ++i) messages.push(encodeHave(SWARM, first));
    return messages;
  },
  encodeHave: block => [encodeHave(SWARM, block)],
};

function dataHeader(chunk) {
  const view = new DataView(new ArrayBuffer(13));
  view.setUint8(0, 0x11);
  view.setUint32(1, CHUNK_LENGTH - 5);
  view.setUint32(5, SWARM);
  view.setUint32(9, chunk);
  return new Uint8Array(view.buffer);
}

const HEADERS = Array.from({length: CHUNKS}, (_, chunk) => dataHeader(chunk));
const HAVE = encodeHave(SWARM, 7);

/** One block's messages. @returns how many */
function asTheEngine(codec) {
  for (const header of HEADERS) codec.decode(header, CHUNK_LENGTH);
  codec.decode(HAVE, HAVE.length);
  return CHUNKS + 1 + codec.encodeTurn(64, CHUNKS, PEERS).length;
}

function oneACrossing(codec) {
  codec.decode(HAVE, HAVE.length);
  return 1 + codec.encodeHave(7).length;
}

/** @returns messages/s */
function rate(work, codec) {
  const start = performance.now();
  let messages = 0;
  let ms = 0;
  do {
    for (let i = 0; i < 500; ++i) messages += work(codec);
    ms = performance.now() - start;
  } while (ms < 250);
  return messages / ms * 1000;
}

export async function measure() {
  const wasm = await wasmCodec();
  for (const [i, message] of [...wasm.encodeTurn(64, CHUNKS, 2), HAVE].entries()) {
    const same = javascriptCodec.encodeTurn(64, CHUNKS, 2)[i] ?? HAVE;
    if (Buffer.compare(message, same) !== 0) throw new Error('The codecs write different bytes.');
    if (wasm.decode(message, message.length) !== javascriptCodec.decode(message, message.length)) throw new Error('The codecs read different numbers.');
  }
  const compare = work => interleave(ROUNDS, async () => rate(work, wasm) / 1e6,
    async () => rate(work, javascriptCodec) / 1e6);
  const used = await compare(asTheEngine);
  const single = await compare(oneACrossing);
  return {value: median(used.ours) / median(used.reference), unit: '×', goal: '≥ 1',
    notes: [
      `as the engine uses it: wasm ${spread(used.ours)}, DataView ${spread(used.reference)} million messages/s`,
      `one message a crossing: wasm ${spread(single.ours)}, DataView ${spread(single.reference)} million messages/s`,
    ]};
}
