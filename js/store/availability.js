/**
 * Availability maps as core/content/availability_map.h has them: block i at
 * bit i & 7 of byte i >> 3.
 *
 * @module
 */

/** @param {number} size number of blocks @param {Iterable<number>} blocks */
export function mapOf(size, blocks) {
  const map = new Uint8Array(Math.ceil(size / 8));
  for (const block of blocks) map[block >> 3] |= 1 << (block & 7);
  return map;
}

/** @param {number} size number of blocks @param {Uint8Array} map */
export function blocksIn(size, map) {
  return Array.from({length: size}, (_, block) => block)
    .filter(block => map[block >> 3] >> (block & 7) & 1);
}
