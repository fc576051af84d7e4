/** A Redis server of a test's own: started, killed and restarted by it. */
import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export class TestRedis {
  static async start() {
    const redis = new TestRedis();
    redis.dir = await mkdtemp(join(tmpdir(), 'peer5-redis-'));
    redis.port = await freePort();
    redis.url = `redis://127.0.0.1:${redis.port}`;
    await redis.run();
    return redis;
  }

  /** Empty: nothing is kept over a restart. */
  async run() {
    this.process = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '',
      '--appendonly', 'no', '--dir', this.dir], {stdio: ['ignore', 'pipe', 'inherit']});
    await new Promise((resolve, reject) => {
      let said = '';
      this.process.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${said}`)));
      this.process.stdout.on('data', piece => {
        said += piece;
        if (said.includes('Ready to accept connections')) resolve();
      });
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

/** @returns {Promise<number>} */
async function freePort() {
  const server = net.createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
