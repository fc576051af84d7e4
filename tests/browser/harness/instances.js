/** Trackers as processes of their own behind a balancer: to be killed in a test. */
import {spawn} from 'node:child_process';
import net from 'node:net';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const CLI = fileURLToPath(new URL('../../../js/cli/peer5.js', import.meta.url));

export class TrackerProcess {
  /** @param {string[]} args of `peer5 tracker` */
  static async start(args) {
    const instance = new TrackerProcess();
    instance.process = spawn(process.execPath, [CLI, 'tracker', '--host', '127.0.0.1', '--port', '0', ...args],
      {stdio: ['ignore', 'pipe', 'inherit']});
    instance.url = await new Promise((resolve, reject) => {
      instance.process.once('exit', code => reject(new Error(`the tracker ended with ${code}`)));
      createInterface(instance.process.stdout).on('line', line => {
        const {url} = JSON.parse(line);
        if (url?.startsWith('ws')) resolve(url);
      });
    });
    instance.port = Number(new URL(instance.url).port);
    return instance;
  }

  /** As power fails. */
  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await gone;
  }
}

/** Passes each connection to the next instance that takes it. */
export class Balancer {
  /** @param {TrackerProcess[]} instances */
  static async start(instances) {
    const balancer = new Balancer();
    let turn = 0;
    balancer.sockets = new Set();
    balancer.server = net.createServer(socket => {
      const tryNext = left => {
        if (left === 0) return socket.destroy();
        const upstream = net.connect(instances[turn++ % instances.length].port, '127.0.0.1');
        balancer.sockets.add(socket).add(upstream);
        upstream.once('connect', () => {
          upstream.off('error', retry);
          socket.pipe(upstream).pipe(socket);
          for (const [end, other] of [[socket, upstream], [upstream, socket]]) {
            end.on('error', () => {});
            end.on('close', () => other.destroy());
          }
        });
        const retry = () => tryNext(left - 1);
        upstream.once('error', retry);
      };
      tryNext(instances.length);
    });
    await new Promise(resolve => balancer.server.listen(0, '127.0.0.1', resolve));
    balancer.url = `ws://127.0.0.1:${balancer.server.address().port}`;
    return balancer;
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }
}
