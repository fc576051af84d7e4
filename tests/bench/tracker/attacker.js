/**
 * A process that does to a tracker, from one address, what a tracker must bear:
 *
 *   joins     ten thousand a second, over as many sockets as it gets
 *   rubbish   oversized, cut off and random messages, each on a socket of its own
 *   strangers session descriptions to clients it was never introduced to
 *   silence   connections that send nothing, WebSockets that say nothing, and
 *             some that ask much and read nothing
 */
import {randomBytes} from 'node:crypto';
import net from 'node:net';
import {encode, frame, TAG} from '../../node/tracker_client.js';
import {LoadSocket} from './load_socket.js';

const JOINS_PER_SECOND = 10_000;
const JOINING_SOCKETS = 20;
const RUBBISH_FIRST = 12;
const RUBBISH_PER_SECOND = 50;
const STRANGERS_PER_SECOND = 1000;
const SILENT = 100;
const TICK_MS = 10;
const HAS_INFO = 1;
const OVERSIZED = Buffer.alloc((1 << 20) + 1);

let localAddress = '';
const counts = {joins: 0, rubbish: 0, strangers: 0, silent: 0, refused: 0, closed: 0};

/** @param {{host: string, port: number, path: string}} where */
async function open(where) {
  const socket = new LoadSocket(where, {localAddress});
  socket.stream.on('error', () => {});
  try {
    await socket.open;
  } catch {
    ++counts.refused;
    return null;
  }
  return socket;
}

/** A socket that says hello, and another whenever it is closed. */
class Speaker {
  /** @param {{host: string, port: number, path: string}} where */
  constructor(where) {
    this.where = where;
    this.id = randomBytes(8).readBigUInt64BE();
    /** @type {LoadSocket | null} */
    this.socket = null;
    this.opening = false;
  }

  /** @param {Buffer[]} frames */
  say(frames) {
    if (this.socket) {
      for (const bytes of frames) this.socket.send(bytes);
    } else if (!this.opening) {
      this.#open();
    }
    return this.socket !== null;
  }

  async #open() {
    this.opening = true;
    const socket = await open(this.where);
    this.opening = false;
    if (!socket) return;
    socket.onClose = () => {
      ++counts.closed;
      this.socket = null;
    };
    socket.send(encode.hello({id: this.id}));
    this.socket = socket;
  }
}

const RUBBISH = [
  () => OVERSIZED,
  () => encode.hello({id: 1n}).subarray(0, 12),
  () => randomBytes(200),
  () => Buffer.concat([encode.hello({id: randomBytes(8).readBigUInt64BE()}), frame(TAG.join, randomBytes(40))]),
];

/** @param {{host: string, port: number, path: string}} where @param {number} at */
async function throwRubbish(where, at) {
  const socket = await open(where);
  if (!socket) return;
  ++counts.rubbish;
  socket.onClose = () => ++counts.closed;
  socket.send(RUBBISH[at % RUBBISH.length]());
}

/** @param {{host: string, port: number, path: string}} where */
async function fallSilent(where) {
  const idle = net.connect({host: where.host, port: where.port, localAddress});
  idle.on('error', () => {});
  const deaf = await open(where);
  if (!deaf) return;
  ++counts.silent;
  deaf.stream.pause();
  const id = randomBytes(8).readBigUInt64BE();
  // Half of them never say hello.
  if (counts.silent % 2 === 0) return;
  const swarm = randomBytes(32);
  deaf.send(Buffer.concat([encode.hello({id}), encode.joinId(swarm, HAS_INFO)]));
  const questions = Buffer.concat(Array.from({length: 1000}, () => encode.wantPeers(swarm, 20)));
  deaf.send(questions);
}

/** @param {{url: string, seconds: number, from: string}} order from: its address */
async function attack({url, seconds, from}) {
  localAddress = from;
  const {hostname: host, port, pathname: path} = new URL(url);
  const where = {host, port: Number(port), path};
  const speakers = Array.from({length: JOINING_SOCKETS}, () => new Speaker(where));
  // These before the silent ones, behind which they would wait to be let in.
  for (const speaker of speakers) speaker.say([]);
  for (let i = 0; i < RUBBISH_FIRST; ++i) throwRubbish(where, i);
  for (let i = 0; i < SILENT; ++i) fallSilent(where);
  const start = performance.now();
  const begun = {joins: 0, rubbish: 0, strangers: 0};
  /** How many of a kind are due and not begun. */
  const due = (/** @type {'joins' | 'rubbish' | 'strangers'} */ kind, /** @type {number} */ rate) => {
    const count = Math.floor((performance.now() - start) / 1000 * rate) - begun[kind];
    begun[kind] += count;
    return count;
  };
  let turn = 0;
  await new Promise(resolve => {
    const timer = setInterval(() => {
      for (let n = due('joins', JOINS_PER_SECOND); n > 0; --n) {
        const speaker = speakers[++turn % speakers.length];
        if (speaker.say([encode.joinId(randomBytes(32), HAS_INFO)])) ++counts.joins;
      }
      for (let n = due('strangers', STRANGERS_PER_SECOND); n > 0; --n) {
        const speaker = speakers[++turn % speakers.length];
        const stranger = BigInt(1 + turn % 1000);
        if (speaker.say([encode.sdp(speaker.id, stranger, 0, 'let me in')])) ++counts.strangers;
      }
      for (let n = due('rubbish', RUBBISH_PER_SECOND); n > 0; --n) throwRubbish(where, ++turn);
      if (performance.now() - start < seconds * 1000) return;
      clearInterval(timer);
      resolve(undefined);
    }, TICK_MS);
  });
  return counts;
}

process.on('message', async (/** @type {any} */ {id, ...order}) => {
  try {
    process.send?.({id, result: await attack(order)});
  } catch (error) {
    process.send?.({id, error: String(error)});
  }
});
process.once('disconnect', () => process.exit());
process.send?.({id: 0});
