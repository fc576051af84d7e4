/** A file too large to be held in memory, and an origin that serves it. */
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {ByteSource} from '../../web/server/samples.js';
import {drained} from '../browser/harness/origin.js';
import {RateLimit} from '../../web/server/rate_limit.js';

/** What the file is made of: the same bytes, numbered. */
const PIECE = 2 ** 20;

export class LargeFile {
  /** @param {number} pieces of a MiB @param {number} bytesPerSecond of all responses together */
  constructor(pieces, bytesPerSecond) {
    this.size = pieces * PIECE;
    this.pattern = new ByteSource('a large file').next(PIECE);
    this.limit = new RateLimit(bytesPerSecond);
    this.url = '';
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  async listen() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const {port} = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    this.origin = `http://127.0.0.1:${port}`;
    this.url = `${this.origin}/large.bin`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** @param {number} index */
  piece(index) {
    const piece = Buffer.from(this.pattern);
    piece.writeUInt32LE(index);
    return piece;
  }

  /** SHA-256 over the pieces' SHA-256. */
  digest() {
    const all = createHash('sha256');
    for (let i = 0; i < this.size / PIECE; ++i) all.update(createHash('sha256').update(this.piece(i)).digest());
    return all.digest('hex');
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async answer(request, response) {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const first = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Math.min(Number(range[2]) + 1, this.size) : this.size;
    response.writeHead(range ? 206 : 200, {
      'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Content-Range, ETag',
      'Cache-Control': 'no-cache', 'Accept-Ranges': 'bytes', 'ETag': '"large"',
      'Content-Type': 'application/octet-stream', 'Content-Length': end - first,
      ...range ? {'Content-Range': `bytes ${first}-${end - 1}/${this.size}`} : {},
    });
    if (request.method === 'HEAD') return void response.end();
    const isTracker = request.headers['user-agent'] === 'peer5-tracker';
    for (let at = first; at < end && !response.destroyed;) {
      const index = Math.floor(at / PIECE);
      const bytes = this.piece(index).subarray(at - index * PIECE, Math.min(end - index * PIECE, PIECE));
      if (!isTracker) await this.limit.take(bytes.length);
      if (!response.write(bytes)) await drained(response);
      at += bytes.length;
    }
    response.end();
  }
}

/** In the page: the same digest of a Blob, a piece at a time. @param {Blob} blob */
export async function digestInPage(blob) {
  const PIECE = 2 ** 20;
  const digests = new Uint8Array(32 * blob.size / PIECE);
  for (let i = 0; i < blob.size / PIECE; ++i) {
    const piece = await blob.slice(i * PIECE, (i + 1) * PIECE).arrayBuffer();
    digests.set(new Uint8Array(await crypto.subtle.digest('SHA-256', piece)), 32 * i);
  }
  const all = new Uint8Array(await crypto.subtle.digest('SHA-256', digests));
  return Array.from(all, byte => byte.toString(16).padStart(2, '0')).join('');
}
