/** Trackers and load generators as processes of their own. */
import {fork, spawnSync} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import os from 'node:os';
import {fileURLToPath} from 'node:url';

/** `peer5` begins with them, and so our tracker shall be measured. */
const [, settings, flags] = /** @type {RegExpExecArray} */ (
  /^#!.* -S ((?:\w+=\w+ )*)node (.*)$/m.exec(await readFile(new URL('../../../js/cli/peer5.js', import.meta.url), 'utf8')));
const START = {'served_peer5.js': {
  flags: flags.split(' '),
  env: Object.fromEntries(settings.trim().split(' ').map(setting => setting.split('='))),
}};
/** Beside sockets a process has some files open. */
const OTHER_FILES = 64;

/** How many sockets one process may have here. */
export async function mostSockets() {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const [, , hard] = /** @type {RegExpExecArray} */ (/^Max open files\s+(\S+)\s+(\S+)/m.exec(limits));
  return hard === 'unlimited' ? Infinity : Number(hard) - OTHER_FILES;
}

/** A process that answers orders, one message each. */
export class Worker {
  /**
   * @param {string} file beside this one
   * @param {string[]} [args]
   */
  constructor(file, args = []) {
    const {flags = [], env = {}} = START[file] ?? {};
    this.process = fork(fileURLToPath(new URL(file, import.meta.url)), args,
      {execArgv: ['--expose-gc', ...flags], env: {...process.env, ...env}, serialization: 'advanced'});
    /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    this.waiting = new Map();
    this.orders = 0;
    /** What it says without being asked, once. */
    this.ready = this.#answer(0);
    this.process.on('message', (/** @type {any} */ {id, result, error}) => {
      const {resolve, reject} = /** @type {any} */ (this.waiting.get(id));
      this.waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    });
    this.process.once('exit', code => {
      for (const {reject} of this.waiting.values()) reject(new Error(`${file} ended with ${code}`));
    });
  }

  /**
   * @param {string} order
   * @param {object} [rest]
   * @returns {Promise<any>}
   */
  ask(order, rest = {}) {
    const id = ++this.orders;
    const answer = this.#answer(id);
    this.process.send({id, order, ...rest});
    return answer;
  }

  /** From now on it gets what all others leave (sched(7), SCHED_IDLE; else the weakest nice value). */
  giveWay() {
    const {pid} = this.process;
    if (pid === undefined) return;
    if (spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)]).status === 0) return;
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
  }

  async stop() {
    this.ready.catch(() => {});
    const gone = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill();
    await gone;
  }

  /** @param {number} id */
  #answer(id) {
    return new Promise((resolve, reject) => this.waiting.set(id, {resolve, reject}));
  }
}

/**
 * A tracker under test with clients connected to it.
 *
 * @template T
 * @param {'peer5' | 'bittorrent'} protocol
 * @param {{clients: number, swarms: number, matchSize: number, exchange: boolean, generators?: number,
 *   guarded?: boolean}} load guarded: with the limits that a tracker has by default
 * @param {(tracker: Worker, generators: Worker[],
 *   before: {cpuSeconds: number, rss: number, url: string}) => Promise<T>} work
 *   before: what the tracker had used when nobody was connected, and where it is
 */
export async function underLoad(protocol, {clients, generators = 1, guarded, ...load}, work) {
  const tracker = new Worker(`served_${protocol}.js`, [JSON.stringify({matchSize: load.matchSize, guarded})]);
  const workers = Array.from({length: generators}, () => new Worker('generator.js'));
  try {
    const {url} = await tracker.ready;
    const before = await tracker.ask('usage');
    const count = Math.ceil(clients / generators);
    await Promise.all(workers.map((worker, i) => {
      const firstIndex = i * count;
      return worker.ask('connect', {protocol, url, firstIndex, count: Math.min(count, clients - firstIndex), ...load});
    }));
    return await work(tracker, workers, {...before, url});
  } finally {
    await Promise.all([...workers, tracker].map(worker => worker.stop()));
  }
}
