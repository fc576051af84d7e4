/**
 * Joins and matches per CPU second of the tracker's process, over
 * bittorrent-tracker's: a join that is answered counts one, each pair that is
 * introduced by it one more.
 */
import {interleave, median, spread} from '../statistics.js';
import {CLIENTS, MATCH_SIZE, rateOf} from '../tracker/rates.js';

const ROUNDS = 3;

export async function measure() {
  const introduced = await interleave(ROUNDS,
    () => rateOf('peer5', false), () => rateOf('bittorrent', false));
  const exchanged = await interleave(1, () => rateOf('peer5', true), () => rateOf('bittorrent', true));
  const value = median(introduced.ours) / median(introduced.reference);
  const whole = median(exchanged.ours) / median(exchanged.reference);
  return {value, unit: '×', goal: '≥ 5',
    notes: [
      `${CLIENTS} WebSockets that leave and join swarms, ${MATCH_SIZE} peers a join; per CPU second of the tracker`,
      `peer5: ${spread(introduced.ours, 0)}`,
      `bittorrent-tracker: ${spread(introduced.reference, 0)}`,
      `with an offer and an answer of 1,000 bytes relayed for each pair: ${whole.toFixed(2)} × (peer5 ` +
        `${spread(exchanged.ours, 0)}, bittorrent-tracker ${spread(exchanged.reference, 0)})`,
    ]};
}
