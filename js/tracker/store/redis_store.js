/**
 * A store in Redis (6.2 or later), one server or a Cluster, for any number of
 * instances. `redis_keys.js` says what is in it.
 *
 * Everything expires: a dead instance leaves nothing behind, and an empty Redis
 * fills itself again from the instances.
 *
 * @module
 */

import {randomBytes} from 'node:crypto';
import {RESP_TYPES} from '@redis/client';
import {connectionTo} from './redis_connection.js';
import {INFO_MS, channelOf, hashesKey, keyOf} from './redis_keys.js';
import {LEASE_MS, SAMPLE_SIZE} from './swarm_store.js';

/** A Redis that is slower than this might as well be away. */
const COMMAND_TIMEOUT_MS = 3000;
const LEASE_SIZE = 8;
const INSTANCE_SIZE = 16;
const HEAD_SIZE = LEASE_SIZE + INSTANCE_SIZE;

/** Removes a field only while it is what we know: its client may be elsewhere by now. */
const DELETE_IF_SAME =
  "if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end return 0";

/**
 * @typedef {import('./swarm_store.js').StoreHandlers} StoreHandlers
 * @typedef {import('./swarm_store.js').SwarmStore} SwarmStore
 */

/** @implements {SwarmStore} */
export class RedisStore {
  /**
   * @param {string} url as isRedisUrl takes it
   * @param {import('../types.js').Logger} logger
   */
  constructor(url, logger) {
    this.logger = logger;
    /** Who we are to the other instances: new with each start, as is what we know. */
    this.id = randomBytes(INSTANCE_SIZE / 2).toString('hex');
    /** Servers that can't be reached. @type {Set<string>} */
    this.away = new Set();
    this.connection = connectionTo(url, {
      down: (node, error) => this.#down(node, error),
      up: (node) => this.#up(node),
    });
    /** One server's commands and a Cluster's are the same, but for their types. @type {any} */
    this.client = this.connection.commands;
    /** Answers as Buffers. @type {any} */
    this.binary = this.client.withTypeMapping({[RESP_TYPES.BLOB_STRING]: Buffer});
    /** What we have announced, by key and client. @type {Map<string, Buffer>} */
    this.announced = new Map();
    this.returned = () => {};
  }

  /** @param {string} node @param {Error} error */
  #down(node, error) {
    if (!this.away.has(node)) this.logger.warn({node, error: String(error)}, 'Redis is away; going on without');
    this.away.add(node);
  }

  /** @param {string} node */
  #up(node) {
    if (!this.away.delete(node)) return;
    this.logger.info({node}, 'Redis is back');
    this.returned();
  }

  /** @param {StoreHandlers} handlers */
  async open({message, returned}) {
    this.returned = returned;
    await this.connection.open();
    await this.connection.subscribe(channelOf(this.id), (bytes) => {
      message(bytes.toString('latin1', 0, INSTANCE_SIZE), bytes.subarray(INSTANCE_SIZE));
    });
  }

  /** Commands and messages come back at different times: who is met before both are there would not be heard. */
  #mustListen() {
    if (!this.connection.listening) throw new Error('Redis is away');
  }

  /** @param {Buffer} swarm @param {Buffer} client @param {Buffer} record */
  async announce(swarm, client, record) {
    const key = keyOf(swarm, 'members');
    const value = Buffer.alloc(HEAD_SIZE + record.length);
    value.writeDoubleBE(Date.now() + LEASE_MS);
    value.write(this.id, LEASE_SIZE, 'latin1');
    record.copy(value, HEAD_SIZE);
    this.announced.set(`${key} ${client.toString('hex')}`, value);
    this.#mustListen();
    await inTime(Promise.all([this.client.hSet(key, client, value), this.client.pExpire(key, LEASE_MS)]));
  }

  /** @param {Buffer} swarm @param {Buffer} client */
  async withdraw(swarm, client) {
    const key = keyOf(swarm, 'members');
    const name = `${key} ${client.toString('hex')}`;
    const value = this.announced.get(name);
    this.announced.delete(name);
    if (value) await this.#deleteIfSame(key, client, value);
  }

  /** @param {string} key @param {Buffer} client @param {Buffer} value */
  async #deleteIfSame(key, client, value) {
    await inTime(this.client.eval(DELETE_IF_SAME, {keys: [key], arguments: [client, value]}));
  }

  /** @param {Buffer} swarm @param {number} own */
  async find(swarm, own) {
    this.#mustListen();
    const key = keyOf(swarm, 'members');
    const [entries, all, completed, info] = await inTime(Promise.all([
      this.binary.hRandFieldCountWithValues(key, SAMPLE_SIZE),
      this.client.hLen(key),
      this.client.get(keyOf(swarm, 'completed')),
      this.binary.get(keyOf(swarm, 'info')),
    ]));
    const now = Date.now();
    const members = [];
    let expired = 0;
    for (const {field, value} of entries) {
      const instance = value.toString('latin1', LEASE_SIZE, HEAD_SIZE);
      if (instance === this.id) continue;
      if (value.readDoubleBE() > now) {
        members.push({instance, record: value.subarray(HEAD_SIZE)});
      } else {
        ++expired;
        this.#deleteIfSame(key, field, value).catch(() => {});
      }
    }
    return {peers: Math.max(members.length, all - own - expired), completed: Number(completed ?? 0), info, members};
  }

  /** @param {Buffer} swarm @param {Buffer} message */
  async keepInfo(swarm, message) {
    await inTime(this.client.set(keyOf(swarm, 'info'), message, {expiration: {type: 'PX', value: INFO_MS}}));
  }

  /** @param {Buffer} swarm */
  async countCompleted(swarm) {
    const key = keyOf(swarm, 'completed');
    await inTime(Promise.all([this.client.incr(key), this.client.pExpire(key, INFO_MS)]));
  }

  /** @param {string} instance @param {Buffer} message */
  async send(instance, message) {
    const bytes = Buffer.concat([Buffer.from(this.id, 'latin1'), message]);
    return inTime(this.connection.publish(channelOf(instance), bytes));
  }

  /** @param {string} url */
  async getHashes(url) {
    return inTime(this.binary.get(hashesKey(url)));
  }

  /** @param {string} url @param {Buffer} entry */
  async putHashes(url, entry) {
    await inTime(this.client.set(hashesKey(url), entry, {expiration: {type: 'PX', value: INFO_MS}}));
  }

  async close() {
    this.connection.close();
  }
}

/**
 * @template T
 * @param {Promise<T>} answer
 * @returns {Promise<T>}
 */
async function inTime(answer) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), COMMAND_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}
