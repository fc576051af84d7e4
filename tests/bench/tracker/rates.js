/** How much a tracker does with a second of CPU. */
import {underLoad} from './processes.js';

export const CLIENTS = 2000;
export const SWARMS = 10;
/** What WebTorrent's client asks for, and so what both are measured with. */
export const MATCH_SIZE = 5;
const CONCURRENCY = 64;
const WARM_UP_SECONDS = 2;

/**
 * @typedef {object} Rate of one tracker process that is given more than it can do
 * @property {number} perCpuSecond joins answered and pairs introduced, over the CPU seconds it took
 * @property {number} joinsPerCpuSecond
 */

/**
 * @param {import('./processes.js').Worker} tracker
 * @param {import('./processes.js').Worker} generator
 * @param {number} seconds
 * @returns {Promise<Rate>}
 */
export async function saturate(tracker, generator, seconds) {
  const load = {swarms: SWARMS, concurrency: CONCURRENCY};
  await generator.ask('join', {...load, seconds: WARM_UP_SECONDS});
  const before = await tracker.ask('usage');
  const {joins, matches, refused} = await generator.ask('join', {...load, seconds});
  const after = await tracker.ask('usage');
  if (refused > 0) throw new Error(`The tracker refused ${refused} messages.`);
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
  return {perCpuSecond: (joins + matches) / cpuSeconds, joinsPerCpuSecond: joins / cpuSeconds};
}

/**
 * @param {'peer5' | 'bittorrent'} protocol
 * @param {boolean} exchange whether each pair exchanges an offer and an answer, too
 */
export const rateOf = (protocol, exchange) =>
  underLoad(protocol, {clients: CLIENTS, swarms: SWARMS, matchSize: MATCH_SIZE, exchange},
    async (tracker, [generator]) => (await saturate(tracker, generator, 4)).perCpuSecond);
