/**
 * Reads what a call into the core has left: `wasm/client_output.h` says how it
 * is laid out.
 *
 * @module
 */

const utf8 = new TextDecoder();

/** Takes one value after the other. Copies what must outlive the next call. */
export class OutputReader {
  /** @param {ArrayBuffer} memory @param {number} at @param {number} length */
  constructor(memory, at, length) {
    this.view = new DataView(memory, at, length);
    this.at = 0;
  }

  get done() {
    return this.at >= this.view.byteLength;
  }
  u8() {
    return this.view.getUint8(this.at++);
  }
  u32() {
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }
  f64() {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
  /** @param {number} length @returns {Uint8Array} a copy */
  raw(length) {
    const start = this.view.byteOffset + this.at;
    this.at += length;
    return new Uint8Array(this.view.buffer.slice(start, start + length));
  }
  bytes() {
    return this.raw(this.u32());
  }
  text() {
    return utf8.decode(this.bytes());
  }
}

/**
 * A kind of action: the name of the method that carries it out, and how its
 * arguments are read. Order and fields are those of the Action variant in
 * core/swarm/actions.h.
 *
 * @type {[string, (r: OutputReader) => unknown[]][]}
 */
const KINDS = [
  ['connect', r => [r.u32(), r.u8() === 1]],
  ['remoteSignal', r => [r.u32(), r.u8(), r.text()]],
  ['disconnect', r => [r.u32()]],
  ['send', r => [r.u32(), r.bytes()]],
  ['sendData', r => [r.u32(), r.u32(), r.u32(), r.u32(), r.u32(), r.u32(), r.u32()]],
  ['useIceServers', r => [Array.from({length: r.u32()}, () =>
    ({url: r.text(), username: r.text(), credential: r.text()}))]],
  ['sendTracker', r => [r.bytes()]],
  ['fetch', r => [r.u32(), r.u32(), r.f64(), r.f64()]],
  ['abortFetch', r => [r.u32()]],
  ['pauseFetch', r => [r.u32()]],
  ['resumeFetch', r => [r.u32()]],
  ['store', r => [r.u32(), r.u32(), r.u32(), r.u32(), r.u32()]],
  ['storeKept', r => [r.u32(), r.u32(), r.u32(), r.f64(), r.u32()]],
  ['dropKept', r => [r.u32()]],
  ['verify', r => [r.u32(), r.u32()]],
  ['commit', r => [r.u32(), r.u32(), r.u32(), r.u32(), r.u32()]],
  ['discard', r => [r.u32(), r.u32(), r.u8() === 1]],
  ['compareSuspect', r => [r.u32(), r.u32()]],
  ['dropSuspect', r => [r.u32(), r.u32()]],
  ['infoReady', r => [r.u32()]],
  ['headFromInfo', r => [r.u32()]],
  ['streamComplete', r => [r.u32()]],
  ['completed', r => [r.u32()]],
  ['goPlain', r => [r.u32(), r.u8(), r.u8()]],
  ['fail', r => [r.u32(), r.u8()]],
  ['swarmState', r => [r.u32(), r.u32(), r.f64()]],
];

/**
 * All actions of one output, ready to be carried out. They are read before the
 * first is carried out, because that may call into the core again.
 *
 * @param {OutputReader} reader behind the deadline
 * @returns {{name: string, args: unknown[]}[]}
 */
export function readActions(reader) {
  const actions = [];
  while (!reader.done) {
    const [name, read] = KINDS[reader.u8()];
    actions.push({name, args: read(reader)});
  }
  return actions;
}

const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');

/**
 * @param {OutputReader} reader
 * @returns {import('./types.js').FileInfo}
 */
export function readInfo(reader) {
  const size = reader.f64();
  const blockSize = reader.u32();
  const chunkSize = reader.u32();
  const numOfBlocks = reader.u32();
  const swarmId = hex(reader.raw(32));
  const etag = reader.text();
  const lastModified = reader.text();
  const origin = reader.text();
  const name = reader.text();
  return {swarmId, size, blockSize, chunkSize, numOfBlocks, name,
    type: reader.text(), lastModified, etag, origin};
}
