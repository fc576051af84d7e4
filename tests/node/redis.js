/** Redis servers of a test's own, one or a Cluster: started, killed and restarted by it. */
import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createClient, createCluster} from '@redis/client';

/** One server process, which forgets all keys when it ends. */
class Server {
  /** @param {string[]} [args] */
  static async start(args = []) {
    const server = new Server();
    server.args = args;
    server.dir = await mkdtemp(join(tmpdir(), 'peer5-redis-'));
    server.port = await freePort();
    await server.run();
    return server;
  }

  async run() {
    this.output = '';
    this.process = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '',
      '--appendonly', 'no', '--dir', this.dir, ...this.args], {stdio: ['ignore', 'pipe', 'inherit']});
    this.process.stdout.on('data', piece => { this.output += piece; });
    await this.says('Ready to accept connections');
  }

  /** Waits until its log has this line. @param {string} line */
  async says(line) {
    const {process} = this;
    await new Promise((resolve, reject) => {
      const ended = code => reject(new Error(`redis-server ended with ${code}: ${this.output}`));
      const look = () => {
        if (!this.output.includes(line)) return;
        process.stdout.off('data', look);
        process.off('exit', ended);
        resolve();
      };
      process.once('exit', ended);
      process.stdout.on('data', look);
      look();
    });
  }

  /** As power fails. */
  async kill() {
    const gone = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await gone;
  }

  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
    await rm(this.dir, {recursive: true});
  }
}

export class TestRedis {
  static async start() {
    const redis = new TestRedis();
    redis.server = await Server.start();
    redis.url = `redis://127.0.0.1:${redis.server.port}`;
    return redis;
  }

  /** What is in it. */
  async client() {
    return createClient({url: this.url}).connect();
  }

  run() { return this.server.run(); }
  kill() { return this.server.kill(); }
  stop() { return this.server.stop(); }
}

const MASTERS = 3;
const SLOTS = 16_384;
const PASSWORD = 'p@ss:word';

/** A Cluster of three masters, each with a third of the slots (Redis 7 or later). */
export class TestCluster {
  static async start() {
    const cluster = new TestCluster();
    cluster.servers = await Promise.all(Array.from({length: MASTERS}, () => startNode()));
    const nodes = cluster.servers.map(({port}) => `127.0.0.1:${port}`);
    cluster.url = `redis-cluster://:${encodeURIComponent(PASSWORD)}@${nodes.join(',')}`;
    const clients = await Promise.all(cluster.servers.map(server => clientOf(server)));
    const [first] = cluster.servers;
    for (const [i, client] of clients.entries()) {
      const [start, end] = [i, i + 1].map(n => Math.floor(n * SLOTS / MASTERS));
      await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(start), String(end - 1)]);
      // Two nodes of one epoch would have to settle who comes first.
      await client.sendCommand(['CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1)]);
      if (i > 0) await client.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', String(first.port), String(first.bus)]);
    }
    await cluster.#whole();
    for (const client of clients) client.destroy();
    return cluster;
  }

  /** Each node has heard of all slots. */
  async #whole() {
    await Promise.all(this.servers.map(server => server.says('Cluster state changed: ok')));
  }

  async client() {
    return createCluster({
      rootNodes: this.servers.map(({port}) => ({url: `redis://127.0.0.1:${port}`})),
      defaults: {password: PASSWORD},
    }).connect();
  }

  async run() {
    await Promise.all(this.servers.map(server => server.run()));
    await this.#whole();
  }

  async kill() {
    await Promise.all(this.servers.map(server => server.kill()));
  }

  async stop() {
    await Promise.all(this.servers.map(server => server.stop()));
  }
}

async function startNode() {
  const bus = await freePort();
  const server = await Server.start(['--cluster-enabled', 'yes', '--cluster-port', String(bus),
    '--cluster-node-timeout', '1000', '--requirepass', PASSWORD]);
  return Object.assign(server, {bus});
}

/** @param {Server} server */
const clientOf = ({port}) => createClient({url: `redis://127.0.0.1:${port}`, password: PASSWORD}).connect();

/** @returns {Promise<number>} */
async function freePort() {
  const server = net.createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
