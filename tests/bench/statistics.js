/** What repeated measurements say. */

/** @param {number[]} values @param {number} part 0..1 */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** @param {number[]} values */
export const median = values => quantile(values, 0.5);

/** Median and the middle half, as text. @param {number[]} values @param {number} digits */
export function spread(values, digits = 2) {
  const f = part => quantile(values, part).toFixed(digits);
  return `${f(0.5)} (${f(0.25)}–${f(0.75)}, n=${values.length})`;
}

/**
 * Measures one and the other in turn, so that whatever else the machine does
 * falls on both; a first round warms up and does not count.
 *
 * @param {number} rounds
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} reference
 */
export async function interleave(rounds, ours, reference) {
  const result = {ours: /** @type {number[]} */ ([]), reference: /** @type {number[]} */ ([])};
  for (let round = 0; round <= rounds; ++round) {
    const a = await ours();
    const b = await reference();
    if (round === 0) continue;
    result.ours.push(a);
    result.reference.push(b);
  }
  return result;
}
