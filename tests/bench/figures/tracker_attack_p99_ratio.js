/**
 * What others notice of an attack from one address: the time from a join to its
 * match, 99 of 100, while it goes on, over that before; with the limits that a
 * tracker has by default.
 */
import {median, quantile, spread} from '../statistics.js';
import {underLoad, Worker} from '../tracker/processes.js';
import {CLIENTS, MATCH_SIZE, SWARMS} from '../tracker/rates.js';

const ROUNDS = 3;
const SECONDS = 5;
/** Of those that nobody limits: one in two seconds from each. */
const RATE = 1000;

export async function measure() {
  const load = {clients: CLIENTS, swarms: SWARMS, matchSize: MATCH_SIZE, exchange: false, guarded: true};
  return underLoad('peer5', load, async (tracker, [generator], {url}) => {
    const p99 = async () => {
      const {latencies, joins, refused} = await generator.ask('join', {seconds: SECONDS, swarms: SWARMS, rate: RATE});
      if (refused > 0) throw new Error(`The tracker refused ${refused} messages of the innocent.`);
      if (joins < RATE * SECONDS / 2) throw new Error(`Only ${joins} joins were answered.`);
      return quantile(latencies, 0.99);
    };
    await p99();
    const calm = [];
    const attacked = [];
    const done = [];
    const {rss} = await tracker.ask('usage');
    for (let round = 0; round < ROUNDS; ++round) {
      calm.push(await p99());
      const attacker = new Worker('attacker.js');
      // Its start is this machine's load, and not an attack.
      await attacker.ready;
      // Each from another address: the limits of the last one's are still in force.
      const attack = attacker.ask('attack', {url, seconds: SECONDS + 1, from: `127.0.0.${9 + round}`});
      try {
        attacked.push(await p99());
        done.push(await attack);
      } finally {
        await attacker.stop();
      }
    }
    const grown = (await tracker.ask('usage')).rss - rss;
    const {joins, strangers, rubbish, silent, refused, closed} = done[0];
    return {value: median(attacked) / median(calm), unit: '×', goal: '≤ 2',
      notes: [
        `${RATE} joins/s of ${CLIENTS} clients: 99% ${spread(calm, 1)} ms; attacked ${spread(attacked, 1)} ms`,
        `each attack: ${joins} joins and ${strangers} descriptions to strangers sent, ${rubbish} sockets with ` +
          `rubbish, ${silent} silent ones; ${closed} sockets closed and ${refused} refused by the tracker`,
        `memory grown by ${(grown / 1e6).toFixed(1)} MB over ${ROUNDS} attacks`,
      ]};
  });
}
