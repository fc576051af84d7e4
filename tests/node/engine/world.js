/**
 * Pages in Node: real core, real tracker and sockets, real HTTP; only WebRTC
 * is made up.
 */
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import http from 'node:http';
import {WebSocket} from 'ws';
import createCore from '../../../dist/core/client.mjs';
import {Core} from '../../../js/engine/core.js';
import {PageEngine} from '../../../js/engine/engine.js';
import {FakeConnection} from './fake_rtc.js';

globalThis.WebSocket = /** @type {any} */ (class extends WebSocket {
  constructor(url) {
    super(url);
    this.on('error', () => {});  // a browser's has no such event to be left alone
  }
});
globalThis.RTCPeerConnection = /** @type {any} */ (FakeConnection);

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

/** @type {Promise<Buffer> | null} */
let wasm = null;

/** A core of its own, as each page has. */
export async function newCore() {
  wasm ??= readFile(new URL('../../../dist/core/client.wasm', import.meta.url));
  return new Core(await createCore({wasmBinary: await wasm}));
}

/** @param {import('node:test').TestContext} t @param {import('../../../js/engine/types.js').GlobalOptions} options */
export async function openPage(t, options) {
  const engine = new PageEngine(await newCore(), options);
  t.after(() => {
    for (const download of engine.downloads.values()) engine.leave(download);
    clearTimeout(engine.idle);
    engine.shutDown();
    clearTimeout(engine.loop.timer);
    engine.loop.isBroken = true;
  });
  return engine;
}

/** What a sink has heard, and promises for what it will hear. */
export class Heard {
  constructor() {
    this.calls = [];
    this.bytes = [];
    this.progressed = {loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: -1};
    this.waiting = [];
    const note = name => value => {
      this.calls.push(name);
      this[`${name}With`] = value;
      this.look();
    };
    this.sink = {
      head: note('head'), info: note('info'), complete: note('complete'), fail: note('fail'),
      restart: note('restart'), swarmState: note('swarmState'),
      chunk: bytes => this.bytes.push(bytes.slice()),
      progress: progress => {
        const sum = p => p.loadedHTTP + p.loadedP2P + p.loadedFS;
        if (sum(progress) < sum(this.progressed)) throw new Error('progress has fallen');
        this.progressed = progress;
        this.look();
      },
    };
  }

  /** @param {(heard: Heard) => boolean} holds */
  until(holds) {
    return holds(this) ? Promise.resolve() : new Promise(resolve => this.waiting.push({holds, resolve}));
  }

  look() {
    this.waiting = this.waiting.filter(({holds, resolve}) => {
      if (!holds(this)) return true;
      resolve();
      return false;
    });
  }

  /** The name of the call that ended it. */
  async end() {
    const ends = ['complete', 'fail', 'restart'];
    await this.until(({calls}) => calls.some(call => ends.includes(call)));
    return this.calls.find(call => ends.includes(call));
  }

  get text() {
    return Buffer.concat(this.bytes).toString();
  }
}

const DEFAULTS = {downloadMode: 'hybrid', strategy: 'aggressive', headers: [], minSize: 0, wantChunks: false};

/** @param {PageEngine} engine @param {object} options */
export function get(engine, options) {
  const heard = new Heard();
  heard.download = engine.download({...DEFAULTS, ...options}, heard.sink);
  return heard;
}

/** An origin of one file that can be slowed, broken and counted. */
export class Origin {
  /** @param {import('node:test').TestContext} t @param {Buffer} bytes */
  static async open(t, bytes, headers = {}) {
    const origin = new Origin(bytes, headers);
    origin.server.listen(0);
    await once(origin.server, 'listening');
    t.after(() => {
      origin.server.closeAllConnections();
      origin.server.close();
    });
    origin.url = `http://localhost:${origin.server.address().port}/file`;
    return origin;
  }

  constructor(bytes, headers) {
    this.bytes = bytes;
    this.headers = headers;
    this.requests = [];
    this.sent = 0;
    /** Stop after so many bytes of a whole response, until `go` is called. */
    this.stopAt = Infinity;
    this.status = 200;
    /** Whether it gives parts. */
    this.ranges = true;
    this.server = http.createServer((request, response) => this.answer(request, response));
  }

  answer(request, response) {
    // The tracker, which asks too, is neither counted nor held up.
    const fromPage = 'sec-fetch-mode' in request.headers;
    if (fromPage) this.requests.push(request.headers.range ?? 'all');
    const {length} = this.bytes;
    const range = this.ranges && /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const [first, end] = range ? [Number(range[1]), Math.min(Number(range[2]) + 1, length)] : [0, length];
    response.writeHead(this.status !== 200 ? this.status : range ? 206 : 200, {
      'content-type': 'application/octet-stream', 'content-length': end - first,
      'last-modified': 'Mon, 02 Jan 2023 00:00:00 GMT', ...this.headers,
      ...range ? {'content-range': `bytes ${first}-${end - 1}/${length}`} : {},
    });
    const body = this.bytes.subarray(first, end);
    const part = body.subarray(0, fromPage && !range ? this.stopAt : Infinity);
    if (fromPage) this.sent += part.length;
    response.write(part);
    if (part.length === body.length) return response.end();
    this.go = () => {
      this.sent += body.length - part.length;
      response.end(body.subarray(part.length));
    };
    this.cut = () => response.destroy();
  }
}

export {randomBytes};
