/**
 * A lean codec for the same messages in JavaScript: what the wasm is measured
 * against. It checks what the C++ checks, and nothing more.
 */

const DATA = 0x11;
const REQUEST = 0x12;
const HAVE = 0x14;
const FRAME_HEADER = 5;
const DATA_HEADER = 13;

/** @param {Uint8Array} bytes a message, or its start @param {number} length of the whole */
export function decode(bytes, length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < length) {
    if (bytes.length < DATA_HEADER || view.getUint8(0) !== DATA || view.getUint32(1) !== length - FRAME_HEADER) return null;
    return {tag: DATA, swarm: view.getUint32(5), chunk: view.getUint32(9), payload: length - DATA_HEADER};
  }
  const tag = view.getUint8(0);
  const end = FRAME_HEADER + view.getUint32(1);
  if (end > length) return null;
  const swarm = view.getUint32(5);
  let at = 9;
  let seeder = false;
  let complete = false;
  if (tag === HAVE) {
    seeder = view.getUint8(at++) === 1;
    complete = view.getUint8(at++) === 1;
  }
  if ((end - at) % 4 !== 0) return null;
  const ids = new Array((end - at) / 4);
  for (let i = 0; i < ids.length; ++i, at += 4) ids[i] = view.getUint32(at);
  return {tag, swarm, seeder, complete, ids};
}

/** @param {number} swarm @param {number} first @param {number} chunks */
export function encodeRequest(swarm, first, chunks) {
  const view = new DataView(new ArrayBuffer(9 + 4 * chunks));
  view.setUint8(0, REQUEST);
  view.setUint32(1, 4 + 4 * chunks);
  view.setUint32(5, swarm);
  for (let i = 0; i < chunks; ++i) view.setUint32(9 + 4 * i, first + i);
  return new Uint8Array(view.buffer);
}

/** @param {number} swarm @param {number} block */
export function encodeHave(swarm, block) {
  const view = new DataView(new ArrayBuffer(15));
  view.setUint8(0, HAVE);
  view.setUint32(1, 10);
  view.setUint32(5, swarm);
  view.setUint32(11, block);
  return new Uint8Array(view.buffer);
}
