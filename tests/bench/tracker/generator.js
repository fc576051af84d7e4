/**
 * One process full of clients, told what to do by its parent:
 *
 *   connect  open so many sockets, each in a swarm
 *   join     for some seconds, clients leave their swarm and join another: as
 *            fast as answers come (`concurrency` joins under way), or at a rate
 *   report   once from each client, spread over some seconds
 *   state    how many are connected, and why others no longer are
 */
import {BittorrentClient} from './bittorrent_protocol.js';
import {LoadSocket} from './load_socket.js';
import {Peer5Client} from './peer5_protocol.js';

/**
 * @typedef {object} Load what clients know of the load, and tell it
 * @property {string} description SDP of offers and answers
 * @property {boolean} exchange whether pairs exchange an offer and an answer; else they are introduced, no more:
 *   bittorrent-tracker does that by handing the offer over
 * @property {number} matchSize peers that a client wants of a join
 * @property {(client: object, ms: number) => void} joined
 * @property {() => void} matched
 * @property {() => void} answered
 * @property {(why: unknown) => void} refused
 */

/** About as long as a browser's, with its candidates. */
const DESCRIPTION_LENGTH = 1000;
/** Connections being opened at once. */
const OPENING = 64;
const TICK_MS = 2;

const PROTOCOLS = {peer5: Peer5Client, bittorrent: BittorrentClient};

/** @type {(Peer5Client | BittorrentClient)[]} */
const clients = [];
/** @type {string[]} */
const lost = [];
const counts = {joins: 0, matches: 0, answers: 0, refused: 0};
/** @type {number[]} milliseconds from join to the answer, of this run */
let latencies = [];
/** Called with each client that has its answer. */
let whenJoined = (/** @type {any} */ client) => {};

/** @param {object} order */
async function connect({protocol, url, count, firstIndex, swarms, matchSize, exchange}) {
  const {hostname: host, port, pathname: path} = new URL(url);
  /** @type {Load} */
  const load = {
    description: 'v=0 '.padEnd(DESCRIPTION_LENGTH, 'a=candidate '),
    exchange,
    matchSize,
    joined: (client, ms) => {
      ++counts.joins;
      latencies.push(ms);
      whenJoined(client);
    },
    matched: () => ++counts.matches,
    answered: () => ++counts.answers,
    refused: () => ++counts.refused,
  };
  let next = 0;
  const openSome = async () => {
    while (next < count) {
      const index = firstIndex + next++;
      // Hosts of many networks: whoever matches by nearness has to think.
      const localAddress = `127.${1 + (index >> 14 & 127)}.${index >> 7 & 127}.${1 + (index & 127)}`;
      const socket = new LoadSocket({host, port: Number(port), path}, {localAddress});
      await socket.open;
      const client = new PROTOCOLS[protocol](socket, index, load);
      clients.push(client);
      socket.onClose = why => lost.push(why);
      await new Promise(resolve => {
        whenJoinedOf.set(client, resolve);
        client.join(index % swarms);
      });
    }
  };
  const whenJoinedOf = new Map();
  whenJoined = client => {
    whenJoinedOf.get(client)?.();
    whenJoinedOf.delete(client);
  };
  await Promise.all(Array.from({length: OPENING}, openSome));
}

/** @param {{seconds: number, swarms: number, concurrency?: number, rate?: number}} order rate: joins a second */
async function join({seconds, swarms, concurrency = 0, rate = 0}) {
  const waiting = [...clients];
  const joinOne = () => {
    // Any but the last few, so that those just matched have time to answer.
    const at = Math.floor(Math.random() * waiting.length);
    const client = waiting[at];
    if (!client) return;
    waiting[at] = waiting[waiting.length - 1];
    waiting.pop();
    client.join(Math.floor(Math.random() * swarms));
  };
  const start = performance.now();
  const end = start + seconds * 1000;
  whenJoined = client => {
    waiting.push(client);
    if (concurrency > 0 && performance.now() < end) joinOne();
  };
  latencies = [];
  Object.assign(counts, {joins: 0, matches: 0, answers: 0, refused: 0});
  for (let i = 0; i < concurrency; ++i) joinOne();
  let issued = 0;
  await new Promise(resolve => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (const due = (now - start) / 1000 * rate; issued < due; ++issued) joinOne();
      if (now < end) return;
      clearInterval(timer);
      resolve(undefined);
    }, TICK_MS);
  });
  return {...counts, seconds: (performance.now() - start) / 1000, latencies};
}

/** @param {{seconds: number}} order */
async function report({seconds}) {
  const start = performance.now();
  let done = 0;
  await new Promise(resolve => {
    const timer = setInterval(() => {
      const due = (performance.now() - start) / 1000 / seconds * clients.length;
      for (; done < due && done < clients.length; ++done) clients[done].report();
      if (done < clients.length) return;
      clearInterval(timer);
      resolve(undefined);
    }, TICK_MS);
  });
}

const ORDERS = {
  connect,
  join,
  report,
  state: async () => ({connected: clients.length - lost.length, lost}),
};

process.on('message', async (/** @type {any} */ {id, order, ...rest}) => {
  try {
    process.send?.({id, result: await ORDERS[order](rest) ?? null});
  } catch (error) {
    process.send?.({id, error: String(error)});
  }
});
process.once('disconnect', () => process.exit());
