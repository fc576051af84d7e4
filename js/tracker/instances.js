/**
 * The other instances of this tracker, between the core and the store: members
 * here are announced and their leases renewed, those elsewhere are sampled for
 * each swarm that has members here, and messages go both ways.
 *
 * Without the store everything goes on among the clients of this instance; when
 * it is back, all members are announced again.
 *
 * @module
 */

import {setTimeout as pass} from 'node:timers/promises';
import {LEASE_MS} from './store/swarm_store.js';

/** Announcements that have not changed are renewed with time to spare. */
const RENEW_MS = LEASE_MS / 3;
/** How old a swarm's sample may be. */
const SAMPLE_EVERY_MS = 5000;
const TICK_MS = 500;
/** A swarm that the store doesn't know is looked for again: who has begun it may have been told before the store. */
const SECOND_LOOK_MS = 500;
const SWARM_SIZE = 32;
const CLIENT_SIZE = 8;

/**
 * @typedef {object} LocalSwarm
 * @property {Buffer} id
 * @property {Map<string, {client: Buffer, record: Buffer, renewAt: number}>} members by client, in hex
 * @property {number} sampleAt
 */

export class Instances {
  /**
   * @param {import('./store/swarm_store.js').SwarmStore} store
   * @param {() => import('./core.js').TrackerCore | null} core null: closing
   */
  constructor(store, core) {
    this.store = store;
    this.core = core;
    /** By id, in hex. @type {Map<string, LocalSwarm>} */
    this.swarms = new Map();
    /** Numbers for the core. @type {Map<string, number>} */
    this.handles = new Map();
    /** @type {Map<number, string>} */
    this.names = new Map();
    this.lastHandle = 0;
  }

  async open() {
    await this.store.open({
      message: (instance, message) => this.core()?.fromInstance(this.#handle(instance), message),
      returned: () => this.#announceAll(),
    });
    this.timer = setInterval(() => this.#tick(), TICK_MS);
    this.timer.unref();
  }

  /** @param {string} instance */
  #handle(instance) {
    let handle = this.handles.get(instance);
    if (handle === undefined) {
      handle = ++this.lastHandle;
      this.handles.set(instance, handle);
      this.names.set(handle, instance);
    }
    return handle;
  }

  /** @param {number} handle @param {Buffer} lost what was for it */
  #gone(handle, lost) {
    this.handles.delete(/** @type {string} */ (this.names.get(handle)));
    this.names.delete(handle);
    this.core()?.instanceGone(handle, lost);
  }

  // --- what the core asks for --------------------------------------------------

  /** @param {number} handle @param {Buffer} bytes */
  async forward(handle, bytes) {
    // They are the core's, for now only.
    const message = Buffer.from(bytes);
    const instance = this.names.get(handle);
    const reached = await (instance ? this.store.send(instance, message).catch(() => false) : false);
    if (!reached) this.#gone(handle, message);
  }

  /** @param {Buffer} bytes swarm, client, record */
  announce(bytes) {
    const id = bytes.subarray(0, SWARM_SIZE);
    const client = bytes.subarray(SWARM_SIZE, SWARM_SIZE + CLIENT_SIZE);
    const record = bytes.subarray(SWARM_SIZE + CLIENT_SIZE);
    const name = id.toString('hex');
    let swarm = this.swarms.get(name);
    const first = !swarm;
    if (!swarm) {
      swarm = {id: Buffer.from(id), members: new Map(), sampleAt: performance.now() + SAMPLE_EVERY_MS};
      this.swarms.set(name, swarm);
    }
    const member = {client: Buffer.from(client), record: Buffer.from(record), renewAt: 0};
    swarm.members.set(client.toString('hex'), member);
    // Announced first, so that of two who come at once one finds the other.
    const announced = this.#renew(swarm, member);
    if (first) announced.then(() => this.#sample(id));
  }

  /** @param {Buffer} bytes swarm, client */
  withdraw(bytes) {
    const id = bytes.subarray(0, SWARM_SIZE);
    const client = bytes.subarray(SWARM_SIZE);
    const name = id.toString('hex');
    const swarm = this.swarms.get(name);
    if (!swarm) return;
    swarm.members.delete(client.toString('hex'));
    if (swarm.members.size === 0) this.swarms.delete(name);
    this.store.withdraw(id, client).catch(() => {});
  }

  /** @param {Buffer} id */
  needSwarm(id) {
    this.#sample(Buffer.from(id));
  }

  /** @param {Buffer} bytes swarm, FileInfo message */
  keepInfo(bytes) {
    this.store.keepInfo(bytes.subarray(0, SWARM_SIZE), bytes.subarray(SWARM_SIZE)).catch(() => {});
  }

  /** @param {Buffer} id */
  countCompleted(id) {
    this.store.countCompleted(id).catch(() => {});
  }

  // --- time --------------------------------------------------------------------

  #tick() {
    const now = performance.now();
    for (const swarm of this.swarms.values()) {
      for (const member of swarm.members.values()) {
        if (member.renewAt <= now) this.#renew(swarm, member);
      }
      if (swarm.sampleAt <= now) {
        swarm.sampleAt = now + SAMPLE_EVERY_MS;
        this.#sample(swarm.id);
      }
    }
  }

  /** @param {LocalSwarm} swarm @param {{client: Buffer, record: Buffer, renewAt: number}} member */
  #renew(swarm, member) {
    member.renewAt = performance.now() + RENEW_MS;
    return this.store.announce(swarm.id, member.client, member.record).catch(() => {});
  }

  #announceAll() {
    for (const swarm of this.swarms.values()) {
      for (const member of swarm.members.values()) this.#renew(swarm, member);
      // The others do the same now; a moment later all can be found.
      swarm.sampleAt = performance.now() + 2 * TICK_MS;
    }
  }

  /** @param {Buffer} id */
  async #sample(id) {
    let found = await this.#find(id);
    if (!this.#hasMembers(id) && !found?.info && !found?.peers) {
      await pass(SECOND_LOOK_MS);
      found = await this.#find(id);
    }
    // Who is known stays known; who waits for an answer gets one.
    if (!found && this.#hasMembers(id)) return;
    const {members = [], ...rest} = found ?? {peers: 0, completed: 0, info: null};
    this.core()?.swarmSampled(id, {...rest,
      members: members.map(({instance, record}) => ({instance: this.#handle(instance), record}))});
  }

  /** @param {Buffer} id whether clients of this instance are in the swarm */
  #hasMembers(id) {
    return this.swarms.has(id.toString('hex'));
  }

  /** @param {Buffer} id @returns {Promise<import('./store/swarm_store.js').FoundSwarm | null>} null: the store is away */
  #find(id) {
    return this.store.find(id, this.swarms.get(id.toString('hex'))?.members.size ?? 0).catch(() => null);
  }

  async close() {
    clearInterval(this.timer);
    const withdrawn = [...this.swarms.values()].flatMap(({id, members}) =>
      [...members.values()].map(({client}) => this.store.withdraw(id, client)));
    await Promise.allSettled(withdrawn);
    await this.store.close();
  }
}
