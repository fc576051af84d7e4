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
 * Measures one and the other in turn, each as often the first of the two, so
 * that whatever else the machine does falls on both; a first round warms up and
 * does not count.
 *
 * @param {number} rounds
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} reference
 */
export async function interleave(rounds, ours, reference) {
  const result = {ours: /** @type {number[]} */ ([]), reference: /** @type {number[]} */ ([])};
  for (let round = 0; round <= rounds; ++round) {
    const order = /** @type {const} */ (round % 2 ? ['ours', 'reference'] : ['reference', 'ours']);
    for (const which of order) {
      const value = await (which === 'ours' ? ours() : reference());
      if (round > 0) result[which].push(value);
    }
  }
  return result;
}
