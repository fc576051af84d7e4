/**
 * Sockets that trackers on one core hold, all in swarms, all reporting, longer
 * than it takes to find those that no longer answer. Where the system allows a
 * process fewer files than that, several instances share them over a Redis, and
 * the core with it.
 */
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {TestRedis} from '../../node/redis.js';
import {mostSockets, Worker} from '../tracker/processes.js';

const WANTED = 20_000;
const GENERATORS = 4;
const SWARMS = 100;
const MATCH_SIZE = 10;
const REPORT_SECONDS = 15;
const REPORTS = 5;
const CORE = '0';
/** Of /proc/PID/stat, on every Linux that we know. */
const TICKS_PER_SECOND = 100;

/** @param {import('node:child_process').ChildProcess} child with all its threads */
const pin = child => promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', CORE, String(child.pid)]);

/** @param {import('node:child_process').ChildProcess} child */
async function cpuSeconds(child) {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** @param {Worker[]} trackers */
async function usage(trackers) {
  const each = await Promise.all(trackers.map(tracker => tracker.ask('usage')));
  return {
    cpuSeconds: each.reduce((sum, one) => sum + one.cpuSeconds, 0),
    rss: each.reduce((sum, one) => sum + one.rss, 0),
  };
}

export async function measure() {
  const limit = await mostSockets();
  const instances = Math.ceil(WANTED / limit);
  const redis = instances > 1 ? await TestRedis.start() : null;
  const options = JSON.stringify({matchSize: MATCH_SIZE, store: redis?.url});
  const trackers = Array.from({length: instances}, () => new Worker('served_peer5.js', [options]));
  const generators = Array.from({length: GENERATORS}, () => new Worker('generator.js'));
  try {
    const urls = (await Promise.all(trackers.map(tracker => tracker.ready))).map(({url}) => url);
    const pinned = [...trackers, ...redis ? [redis.server] : []].map(({process}) => process);
    await Promise.all(pinned.map(pin));
    const before = await usage(trackers);
    const count = WANTED / GENERATORS;
    await Promise.all(generators.map((generator, i) => generator.ask('connect', {protocol: 'peer5',
      url: urls[i % instances], firstIndex: i * count, count, swarms: SWARMS, matchSize: MATCH_SIZE, exchange: false})));
    const joined = await usage(trackers);
    const redisJoined = redis ? await cpuSeconds(redis.server.process) : 0;
    for (let i = 0; i < REPORTS; ++i) {
      await Promise.all(generators.map(generator => generator.ask('report', {seconds: REPORT_SECONDS})));
    }
    const after = await usage(trackers);
    const redisBusy = redis ? await cpuSeconds(redis.server.process) - redisJoined : 0;
    const states = await Promise.all(generators.map(generator => generator.ask('state')));
    const held = states.reduce((sum, {connected}) => sum + connected, 0);
    const percent = (/** @type {number} */ busy) => `${(busy / (REPORTS * REPORT_SECONDS) * 100).toFixed(0)}%`;
    return {value: held, unit: 'sockets', goal: `≥ ${WANTED}`,
      notes: [
        `${WANTED} opened, at ${redis ? `${instances} instances (this system allows a process ${limit} files beside ` +
          'its own) with their Redis' : 'one instance'}, all on one core`,
        `${percent(after.cpuSeconds - joined.cpuSeconds)} of it${redis ? `, and ${percent(redisBusy)} Redis` : ''}, ` +
          `with a report from each every ${REPORT_SECONDS} s; ` +
          `${((after.rss - before.rss) / held / 1000).toFixed(1)} kB a socket`,
      ]};
  } finally {
    await Promise.all([...generators, ...trackers].map(worker => worker.stop()));
    await redis?.stop();
  }
}
