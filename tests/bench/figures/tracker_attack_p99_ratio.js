/**
 * What others notice of an attack from one address: the time from a join to its
 * match, 99 of 100, with the limits that a tracker has by default. What the
 * attack takes of this machine is not the tracker's doing: so an attack on the
 * tracker is set beside the same attack on another one.
 */
import {median, quantile, spread} from '../statistics.js';
import {underLoad, Worker} from '../tracker/processes.js';
import {CLIENTS, MATCH_SIZE, SWARMS} from '../tracker/rates.js';

const ROUNDS = 7;
const SECONDS = 5;
/** Of those that nobody limits: one in two seconds from each. */
const RATE = 1000;

/** @param {Worker} generator */
async function p99Of(generator) {
  const {latencies, joins, refused} = await generator.ask('join', {seconds: SECONDS, swarms: SWARMS, rate: RATE});
  if (refused > 0) throw new Error(`The tracker refused ${refused} messages of the innocent.`);
  if (joins < RATE * SECONDS / 2) throw new Error(`Only ${joins} joins were answered.`);
  return quantile(latencies, 0.99);
}

/** @param {string} url @param {string} from an address @param {() => Promise<number>} work while it goes on */
async function whileAttacked(url, from, work) {
  const attacker = new Worker('attacker.js');
  // Its start is this machine's load, and not an attack.
  await attacker.ready;
  // It has a machine of its own: here it gets what others leave.
  attacker.giveWay();
  const attack = attacker.ask('attack', {url, seconds: SECONDS + 1, from});
  try {
    return {p99: await work(), done: await attack};
  } finally {
    await attacker.stop();
  }
}

export async function measure() {
  const other = new Worker('served_peer5.js', [JSON.stringify({matchSize: MATCH_SIZE, guarded: true})]);
  const load = {clients: CLIENTS, swarms: SWARMS, matchSize: MATCH_SIZE, exchange: false, guarded: true};
  try {
    const {url: otherUrl} = await other.ready;
    other.giveWay();
    return await underLoad('peer5', load, async (tracker, [generator], {url}) => {
      const p99 = () => p99Of(generator);
      await p99();
      const calm = [];
      const beside = [];
      const attacked = [];
      const done = [];
      const {rss} = await tracker.ask('usage');
      for (let round = 0; round < ROUNDS; ++round) {
        // Each from another address: the limits of the last one's are still in force.
        const from = `127.0.0.${9 + round}`;
        calm.push(await p99());
        beside.push((await whileAttacked(otherUrl, from, p99)).p99);
        const attack = await whileAttacked(url, from, p99);
        attacked.push(attack.p99);
        done.push(attack.done);
      }
      const grown = (await tracker.ask('usage')).rss - rss;
      const {joins, strangers, rubbish, silent, refused, closed} = done[0];
      return {value: median(attacked) / median(beside), unit: '×', goal: '≤ 2',
        notes: [
          `${RATE} joins/s of ${CLIENTS} clients: 99% ${spread(attacked, 1)} ms; ` +
            `while another tracker is attacked ${spread(beside, 1)} ms; calm ${spread(calm, 1)} ms: ` +
            `${(median(attacked) / median(calm)).toFixed(1)} × the calm`,
          `each attack: ${joins} joins and ${strangers} descriptions to strangers sent, ${rubbish} sockets with ` +
            `rubbish, ${silent} silent ones; ${closed} sockets closed and ${refused} refused by the tracker`,
          `memory grown by ${(grown / 1e6).toFixed(1)} MB over ${ROUNDS} attacks`,
        ]};
    });
  } finally {
    await other.stop();
  }
}
