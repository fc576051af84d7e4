/**
 * From a join to its match, 99 of 100: at half the rate at which the tracker's
 * process would be busy all the time, joins coming at their times whether or
 * not earlier ones have been answered.
 */
import {median, quantile, spread} from '../statistics.js';
import {underLoad} from '../tracker/processes.js';
import {CLIENTS, MATCH_SIZE, saturate, SWARMS} from '../tracker/rates.js';

const RUNS = 3;

export async function measure() {
  const load = {clients: CLIENTS, swarms: SWARMS, matchSize: MATCH_SIZE, exchange: false};
  return underLoad('peer5', load, async (tracker, [generator]) => {
    const rate = (await saturate(tracker, generator, 4)).joinsPerCpuSecond / 2;
    const p50 = [];
    const p99 = [];
    for (let run = 0; run < RUNS; ++run) {
      const {latencies} = await generator.ask('join', {seconds: 5, swarms: SWARMS, rate});
      p50.push(quantile(latencies, 0.5));
      p99.push(quantile(latencies, 0.99));
    }
    return {value: median(p99), unit: 'ms', goal: '≤ 50',
      notes: [`${Math.round(rate)} joins/s: half ${spread(p50, 1)} ms, 99% ${spread(p99, 1)} ms`]};
  });
}
