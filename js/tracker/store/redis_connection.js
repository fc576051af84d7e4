/**
 * Redis as the store uses it: one server, or a Cluster of them. Both take the
 * same commands, each of which names one key, and come back by themselves.
 *
 * @module
 */

import {setTimeout as pass} from 'node:timers/promises';
import {createClient, createCluster} from '@redis/client';
import {clusterNodes} from './redis_url.js';

const RECONNECT_MS = 500;
const CONNECT_TIMEOUT_MS = 3000;
/** What can't be reached when no node says what the Cluster consists of. */
const WHOLE = 'the Cluster';

const OPTIONS = /** @type {const} */ ({
  disableOfflineQueue: true,
  socket: {connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS},
});

/**
 * @typedef {object} ConnectionEvents
 * @property {(node: string, error: Error) => void} down a server can't be reached
 * @property {(node: string) => void} up a server takes commands, perhaps having forgotten everything, and messages come
 *
 * @typedef {(bytes: Buffer) => void} Listener
 */

/**
 * @param {string} url as isRedisUrl takes it
 * @param {ConnectionEvents} events
 */
export function connectionTo(url, events) {
  const nodes = clusterNodes(url);
  return nodes ? new ClusterConnection(nodes, events) : new ServerConnection(url, events);
}

class ServerConnection {
  /** @param {string} url @param {ConnectionEvents} events */
  constructor(url, events) {
    this.commands = createClient({url, RESP: 2, ...OPTIONS, socket: {...OPTIONS.socket}});
    this.subscriber = this.commands.duplicate();
    const name = new URL(url).host;
    for (const client of [this.commands, this.subscriber]) {
      client.on('error', error => events.down(name, error));
      client.on('ready', () => {
        if (this.commands.isReady && this.listening) events.up(name);
      });
    }
  }

  /** Whether what is published for us arrives: who can't hear an answer should ask nothing. */
  get listening() {
    return this.subscriber.isReady;
  }

  async open() {
    await this.commands.connect();
    await this.subscriber.connect();
  }

  /** @param {string} channel @param {Listener} listener */
  async subscribe(channel, listener) {
    await this.subscriber.subscribe(channel, listener, true);
  }

  /** @param {string} channel @param {Buffer} bytes @returns {Promise<boolean>} false: nobody listens */
  async publish(channel, bytes) {
    return await this.commands.publish(channel, bytes) > 0;
  }

  close() {
    this.commands.destroy();
    this.subscriber.destroy();
  }
}

class ClusterConnection {
  /** @param {string[]} urls of some nodes @param {ConnectionEvents} events */
  constructor(urls, events) {
    const {protocol, username, password} = new URL(urls[0]);
    this.commands = createCluster({
      rootNodes: urls.map(url => ({url})),
      RESP: 2,
      // One that is down does not keep the others from being used.
      minimizeConnections: true,
      defaults: {
        ...OPTIONS,
        username: username ? decodeURIComponent(username) : undefined,
        password: password ? decodeURIComponent(password) : undefined,
        socket: {...OPTIONS.socket, ...(protocol === 'rediss:' && {tls: true})},
      },
    });
    this.subscriber = this.commands.duplicate();
    this.closed = false;
    /** @param {{host: string, port: number}} node */
    const name = ({host, port}) => `${host}:${port}`;
    for (const cluster of [this.commands, this.subscriber]) {
      cluster.on('error', error => events.down(WHOLE, error));
      cluster.on('node-error', (error, node) => events.down(name(node), error));
      cluster.on('node-ready', node => {
        if (!this.listening) return;
        const ready = this.commands.masters.filter(({client}) => client?.isReady);
        for (const up of [node, ...ready]) events.up(name(up));
        events.up(WHOLE);
      });
    }
  }

  /** As a server's. */
  get listening() {
    return this.subscriber.pubSubNode?.client.isReady ?? false;
  }

  async open() {
    for (const cluster of [this.commands, this.subscriber]) await this.#connect(cluster);
  }

  /** Until one of the nodes answers, as a single server is waited for. @param {typeof this.commands} cluster */
  async #connect(cluster) {
    while (!cluster.isReady && !this.closed) {
      await cluster.connect().catch(() => pass(RECONNECT_MS));
    }
  }

  /** @param {string} channel @param {Listener} listener */
  async subscribe(channel, listener) {
    await this.subscriber.subscribe(channel, listener, true);
  }

  /**
   * Any node passes it on to all of them, so it takes one that answers. It
   * knows its own listeners only: that nobody listens can't be told.
   *
   * @param {string} channel
   * @param {Buffer} bytes
   */
  async publish(channel, bytes) {
    const ready = this.commands.masters.filter(({client}) => client?.isReady);
    const node = ready[Math.floor(Math.random() * ready.length)] ?? this.commands.getRandomNode();
    const client = await this.commands.nodeClient(node);
    await client.publish(channel, bytes);
    return true;
  }

  close() {
    this.closed = true;
    this.commands.destroy();
    this.subscriber.destroy();
  }
}
