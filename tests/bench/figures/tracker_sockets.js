/**
 * Sockets that one process on one core holds, all in swarms, all reporting,
 * longer than it takes to find those that no longer answer.
 */
import {mostSockets, underLoad} from '../tracker/processes.js';

const WANTED = 20_000;
const GENERATORS = 3;
const REPORT_SECONDS = 15;
const REPORTS = 5;

export async function measure() {
  const limit = await mostSockets();
  const clients = Math.min(WANTED, limit);
  const load = {clients, swarms: 100, matchSize: 10, exchange: false, generators: GENERATORS};
  return underLoad('peer5', load, async (tracker, generators, before) => {
    const joined = await tracker.ask('usage');
    for (let i = 0; i < REPORTS; ++i) {
      await Promise.all(generators.map(generator => generator.ask('report', {seconds: REPORT_SECONDS})));
    }
    const after = await tracker.ask('usage');
    const states = await Promise.all(generators.map(generator => generator.ask('state')));
    const held = states.reduce((sum, {connected}) => sum + connected, 0);
    const busy = (after.cpuSeconds - joined.cpuSeconds) / (REPORTS * REPORT_SECONDS);
    return {value: held, unit: 'sockets', goal: `≥ ${WANTED}`,
      notes: [
        `${clients} opened${clients < WANTED ? `: this system allows a process ${limit} files beside its own` : ''}`,
        `${(busy * 100).toFixed(0)}% of one core with a report from each every ${REPORT_SECONDS} s; ` +
          `${((after.rss - before.rss) / held / 1000).toFixed(1)} kB a socket`,
      ]};
  });
}
