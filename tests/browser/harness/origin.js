/**
 * An origin server that fails on request.
 *
 * A file and its faults may be replaced while responses are under way: a
 * response keeps what it began with, and only kill() reaches it.
 *
 * The tracker that hashes these files is given them whole and at once, as if
 * it had done so long ago: holds, cuts and the limit are for visitors.
 */
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {setTimeout as wait} from 'node:timers/promises';
import {RateLimit} from '../../../web/server/rate_limit.js';
import {serveStatic} from './static.js';

/**
 * @typedef {object} Resource
 * @property {Buffer} bytes
 * @property {string} [type] Content-Type
 * @property {string} [lastModified]
 * @property {string} [etag] default: made from the bytes
 * @property {Record<string, string>} [headers] more of them
 * @property {Faults} [faults]
 */

/**
 * @typedef {object} Faults
 * @property {number} [status] answer this, with a short text
 * @property {boolean} [noRange] byte ranges are ignored
 * @property {boolean} [noCors] no Access-Control-Allow-Origin
 * @property {boolean} [noValidator] neither ETag nor Last-Modified
 * @property {boolean} [reset] break the connection instead of an answer
 * @property {number} [afterMs] answer so late, as an origin far away does
 * @property {number} [cutAt] break the connection after so many body bytes
 * @property {{at: number, gate: Gate}} [hold] send so many body bytes, the rest once the gate is open
 */

/** What somebody waits at until a test opens it. */
export class Gate {
  constructor() {
    /** @type {() => void} */
    this.open = () => {};
    /** @type {Promise<void>} */
    this.opened = new Promise(resolve => { this.open = () => resolve(); });
  }
}

/** Written at once; the limit's fairness between responses is by such pieces. */
const PIECE = 16 * 1024;

/** @param {string | undefined} header @param {number} size @returns {[number, number] | null} */
function rangeOf(header, size) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return null;
  const first = Number(match[1]);
  const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return first <= last ? [first, last] : null;
}

export class Origin {
  /** @param {{bytesPerSecond?: number}} [options] of all responses together */
  constructor({bytesPerSecond = Infinity} = {}) {
    /** @type {Map<string, Resource>} by path */
    this.files = new Map();
    /** @type {{path: string, range: string, userAgent: string}[]} of files */
    this.requests = [];
    /** Body bytes of files handed to sockets. */
    this.bytesSent = 0;
    this.limit = new RateLimit(bytesPerSecond);
    this.url = '';
    /** @type {{bytes: number, resolve: () => void}[]} */
    this.awaited = [];
    this.server = createServer((request, response) => this.answer(request, response));
  }

  async listen(port = 0) {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const {port: bound} = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    this.url = `http://127.0.0.1:${bound}`;
    return this;
  }

  /** @param {string} path @param {Resource} resource @returns {string} its URL */
  put(path, resource) {
    const etag = resource.etag ?? `"${sha256(resource.bytes).slice(0, 16)}"`;
    this.files.set(path, {...resource, etag});
    return this.url + path;
  }

  /** Resolves once so many bytes of files have been sent. @param {number} bytes */
  sent(bytes) {
    if (this.bytesSent >= bytes) return Promise.resolve();
    return new Promise(resolve =>
      this.awaited.push({bytes, resolve: () => resolve(undefined)}));
  }

  /** The machine is gone: connections break, new ones are refused. */
  async kill() {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async close() {
    if (this.server.listening) await this.kill();
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async answer(request, response) {
    const path = new URL(request.url ?? '/', this.url).pathname;
    const resource = this.files.get(path);
    response.on('error', () => {});
    if (!resource) return serveStatic(request, response, path);
    const isTracker = request.headers['user-agent'] === 'peer5-tracker';
    const {faults = {}} = resource;
    if (request.method !== 'HEAD') {
      this.requests.push({path, range: request.headers.range ?? '',
        userAgent: request.headers['user-agent'] ?? ''});
    }
    if (faults.afterMs && !isTracker) await wait(faults.afterMs);
    if (!faults.noCors) allowCors(response);
    if (faults.status) {
      response.writeHead(faults.status, {'Content-Type': 'text/plain'});
      return void response.end(`This is a ${faults.status}.`);
    }
    if (faults.reset && !isTracker) return void response.destroy();
    const {bytes} = resource;
    const range = faults.noRange || isOutdated(request, resource) ? null :
      rangeOf(request.headers.range, bytes.length);
    writeHead(response, resource, range);
    if (request.method === 'HEAD') return void response.end();
    const body = range ? bytes.subarray(range[0], range[1] + 1) : bytes;
    if (isTracker) return void response.end(body);
    await this.sendBody(response, body, faults).catch(() => response.destroy());
  }

  /** @param {import('node:http').ServerResponse} response @param {Buffer} body @param {Faults} faults */
  async sendBody(response, body, {cutAt = Infinity, hold}) {
    response.flushHeaders();
    for (let at = 0; at < body.length;) {
      if (at >= cutAt) return void response.destroy();
      if (at === hold?.at) await hold.gate.opened;
      const stops = [at + PIECE, cutAt, hold?.at ?? Infinity, body.length].filter(stop => stop > at);
      const piece = body.subarray(at, Math.min(...stops));
      await this.limit.take(piece.length);
      if (response.destroyed) return;
      if (!response.write(piece)) await drained(response);
      at += piece.length;
      this.count(piece.length);
    }
    response.end();
  }

  /** @param {number} bytes */
  count(bytes) {
    this.bytesSent += bytes;
    this.awaited = this.awaited.filter(({bytes: wanted, resolve}) => {
      if (this.bytesSent < wanted) return true;
      resolve();
      return false;
    });
  }
}

/** Or closed. @param {import('node:http').ServerResponse} response */
export async function drained(response) {
  const over = new AbortController();
  await Promise.race(['drain', 'close'].map(event =>
    once(response, event, {signal: over.signal})));
  over.abort();
}

/** @param {import('node:http').ServerResponse} response */
function allowCors(response) {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag, Last-Modified');
}

/** @param {Resource} resource */
function validators({etag = '', lastModified}) {
  return {
    'ETag': etag,
    'Last-Modified': lastModified ?? 'Thu, 12 Sep 2013 09:00:00 GMT',
  };
}

/**
 * Whoever has a part of another version gets all of this one (RFC 9110, 13.1.5).
 *
 * @param {import('node:http').IncomingMessage} request @param {Resource} resource
 */
function isOutdated(request, resource) {
  const has = request.headers['if-range'];
  return has !== undefined && (resource.faults?.noValidator ||
    !Object.values(validators(resource)).includes(String(has)));
}

/** @param {Buffer} bytes */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {Resource} resource
 * @param {[number, number] | null} range
 */
function writeHead(response, resource, range) {
  const {bytes, type, headers, faults} = resource;
  const length = range ? range[1] - range[0] + 1 : bytes.length;
  /** @type {Record<string, string | number>} */
  const head = {'Content-Type': type ?? 'application/octet-stream', 'Content-Length': length};
  if (!faults?.noValidator) Object.assign(head, validators(resource));
  if (!faults?.noRange) head['Accept-Ranges'] = 'bytes';
  if (range) head['Content-Range'] = `bytes ${range[0]}-${range[1]}/${bytes.length}`;
  response.writeHead(range ? 206 : 200, {...head, ...headers});
}
