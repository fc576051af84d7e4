/**
 * Reads what a call into the core has left: `wasm/client_output.h` says how it
 * is laid out.
 *
 * @module
 */

const utf8 = new TextDecoder();

/** Takes one value after the other. */
export class OutputReader {
  /** @param {ArrayBuffer} bytes its own: the core reuses what it has written */
  constructor(bytes) {
    this.view = new DataView(bytes);
    this.offset = 0;
  }

  /** @param {ArrayBuffer} memory @param {number} at */
  static at(memory, at) {
    const start = at + 4;
    const length = new DataView(memory, at).getUint32(0, true);
    return new OutputReader(memory.slice(start, start + length));
  }

  get done() {
    return this.offset >= this.view.byteLength;
  }
  u8() {
    return this.view.getUint8(this.offset++);
  }
  u32() {
    this.offset += 4;
    return this.view.getUint32(this.offset - 4, true);
  }
  f64() {
    this.offset += 8;
    return this.view.getFloat64(this.offset - 8, true);
  }
  /** @param {number} length */
  raw(length) {
    this.offset += length;
    return new Uint8Array(this.view.buffer, this.offset - length, length);
  }
  rest() {
    return this.raw(this.view.byteLength - this.offset);
  }
  bytes() {
    return this.raw(this.u32());
  }
  text() {
    return utf8.decode(this.bytes());
  }
}

/**
 * Who carries the actions out.
 *
 * @typedef {object} Actors
 * @property {import('./connections.js').Connections} connections
 * @property {import('./fetches.js').Fetches} fetches
 * @property {import('./blocks.js').Blocks} blocks
 * @property {import('./engine.js').PageEngine} page
 * @property {import('./offline.js').Offline} offline
 */

/**
 * By kind: reads an action's fields and has it carried out. Order and fields
 * are those of the Action variant in core/swarm/actions.h.
 *
 * @type {((to: Actors, r: OutputReader) => void)[]}
 */
export const ACTIONS = [
  (to, r) => to.connections.connect(r.u32(), r.u8() === 1),
  (to, r) => to.connections.remoteSignal(r.u32(), r.u8(), r.text()),
  (to, r) => to.connections.disconnect(r.u32()),
  (to, r) => to.connections.send(r.u32(), r.bytes()),
  (to, r) => to.connections.sendData(
    r.u32(), r.u32(), r.u32(), r.u32(), r.u32(), r.u32(), r.u32()),
  (to, r) => to.connections.useIceServers(Array.from({length: r.u32()}, () =>
    ({url: r.text(), username: r.text(), credential: r.text()}))),
  (to, r) => to.page.sendTracker(r.bytes()),
  (to, r) => to.fetches.fetch(r.u32(), r.u32(), r.f64(), r.f64()),
  (to, r) => to.fetches.abortFetch(r.u32()),
  (to, r) => to.fetches.pauseFetch(r.u32()),
  (to, r) => to.fetches.resumeFetch(r.u32()),
  (to, r) => to.blocks.store(r.u32(), r.u32(), r.u32(), r.u32(), r.u32()),
  (to, r) => to.blocks.storeKept(r.u32(), r.u32(), r.u32(), r.f64(), r.u32()),
  (to, r) => to.blocks.dropKept(r.u32()),
  (to, r) => to.blocks.verify(r.u32(), r.u32()),
  (to, r) => to.blocks.commit(r.u32(), r.u32(), r.u32(), r.u32(), r.u32()),
  (to, r) => to.blocks.discard(r.u32(), r.u32(), r.u8() === 1),
  (to, r) => to.blocks.compareSuspect(r.u32(), r.u32()),
  (to, r) => to.blocks.dropSuspect(r.u32(), r.u32()),
  (to, r) => to.page.infoReady(r.u32()),
  (to, r) => to.page.headFromInfo(r.u32()),
  (to, r) => to.page.streamComplete(r.u32()),
  (to, r) => to.page.completed(r.u32()),
  (to, r) => to.page.goPlain(r.u32(), r.u8(), r.u8()),
  (to, r) => to.page.fail(r.u32(), r.u8()),
  (to, r) => to.page.swarmState(r.u32(), r.u32(), r.f64()),
  (to, r) => to.offline.storedStale(r.u32()),
];

/** @param {Uint8Array} bytes */
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');

/**
 * @param {OutputReader} r
 * @returns {import('./types.js').FileInfo}
 */
export function readInfo(r) {
  const [size, blockSize, chunkSize, numOfBlocks] = [r.f64(), r.u32(), r.u32(), r.u32()];
  const swarmId = hex(r.raw(32));
  const [etag, lastModified, origin, name, type] = [r.text(), r.text(), r.text(), r.text(), r.text()];
  return {swarmId, size, blockSize, chunkSize, numOfBlocks, name, type, lastModified, etag, origin};
}
