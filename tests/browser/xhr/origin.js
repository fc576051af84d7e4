/**
 * The origin that the table of cases talks to: one route, `/r`, whose query
 * says how the response behaves, so that each case shows its server beside its
 * assertions.
 *
 * | parameter | meaning |
 * | --- | --- |
 * | `status`, `text` | status and reason phrase, default 200 OK |
 * | `type` | Content-Type, default text/plain; empty: none |
 * | `body` | body as text; `hex`: as bytes; `size`: that many patterned bytes |
 * | `pieces`, `gap` | send the body in so many pieces, `gap` ms apart |
 * | `wait` | ms before the head is sent |
 * | `nolength` | leave Content-Length out (chunked) |
 * | `cut` | send so many bytes of the body, then reset the connection |
 * | `h` | `Name: value`, may be repeated |
 * | `cors` | Access-Control-Allow-Origin: * |
 * | `to` | Location |
 * | `echo` | answer with method, headers and body of the request as JSON |
 */
import {createServer} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';
import {readFile} from 'node:fs/promises';
import {extname, join, normalize} from 'node:path';

const TYPES = {
  '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html',
  '.wasm': 'application/wasm', '.json': 'application/json', '.css': 'text/css',
};

/** A recognisable body: byte `i` depends on `i` alone. */
export function patternedBytes(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 7 + (i >> 8) * 13) & 0xff;
  return bytes;
}

async function readBody(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function bodyOf(query) {
  if (query.has('hex')) return Buffer.from(query.get('hex'), 'hex');
  if (query.has('size')) return patternedBytes(Number(query.get('size')));
  return Buffer.from(query.get('body') ?? '');
}

function headOf(query, length) {
  const head = [];
  const type = query.get('type') ?? 'text/plain';
  if (type) head.push('Content-Type', type);
  if (!query.has('nolength')) head.push('Content-Length', String(length));
  if (query.has('cors')) head.push('Access-Control-Allow-Origin', '*');
  if (query.has('to')) head.push('Location', query.get('to'));
  for (const line of query.getAll('h')) {
    const colon = line.indexOf(':');
    head.push(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return head;
}

async function sendPieces(response, body, query) {
  const pieces = Number(query.get('pieces') ?? 1);
  const gap = Number(query.get('gap') ?? 0);
  const step = Math.ceil(body.length / pieces) || 1;
  for (let at = 0; at < body.length; at += step) {
    if (at > 0 && gap) await sleep(gap);
    if (response.destroyed) return;
    response.write(body.subarray(at, at + step));
  }
  if (query.has('cut')) response.socket?.destroy();
  else response.end();
}

async function respond(request, response, query) {
  let body = bodyOf(query);
  if (query.has('echo')) {
    body = Buffer.from(JSON.stringify({
      method: request.method, headers: request.headers, body: (await readBody(request)).toString(),
    }));
  }
  if (request.method === 'OPTIONS' && query.has('cors')) {
    response.writeHead(204, {'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*'});
    response.end();
    return;
  }
  if (query.has('wait')) await sleep(Number(query.get('wait')));
  const status = Number(query.get('status') ?? 200);
  response.writeHead(status, query.get('text') ?? undefined, headOf(query, body.length));
  if (request.method === 'HEAD' || status === 204 || status === 304) return void response.end();
  response.flushHeaders();
  if (query.has('cut')) body = body.subarray(0, Number(query.get('cut')));
  if (query.has('gap') && !query.has('pieces')) await sleep(Number(query.get('gap')));
  await sendPieces(response, body, query);
}

/**
 * @param {string} path of the request
 * @param {{prefix: string, dir: string}[]} mounts
 * @returns {string | null} the file to serve
 */
function fileFor(path, mounts) {
  for (const {prefix, dir} of mounts) {
    if (!path.startsWith(prefix)) continue;
    const rest = normalize('/' + decodeURIComponent(path.slice(prefix.length)));
    return rest === '/' ? dir : join(dir, rest);
  }
  return null;
}

/**
 * @param {{mounts?: {prefix: string, dir: string}[], pages?: Record<string, {html: string | Buffer, headers?: Record<string, string>}>}} [options]
 *   `mounts`: first match wins; `pages`: made by the test
 * @returns {Promise<{url: string, requests: {method: string, path: string, headers: object}[], close: () => Promise<void>}>}
 */
export async function startOrigin({mounts = [], pages = {}} = {}) {
  /** @type {{method: string, path: string, headers: object}[]} */
  const requests = [];
  const server = createServer(async (request, response) => {
    const {pathname, searchParams} = new URL(request.url ?? '/', 'http://origin');
    requests.push({method: request.method ?? '', path: request.url ?? '', headers: request.headers});
    response.on('error', () => {});
    response.setHeader('Cache-Control', 'no-cache');
    if (pathname === '/r') return respond(request, response, searchParams).catch(() => response.destroy());
    if (pages[pathname]) {
      response.writeHead(200, {'Content-Type': 'text/html; charset=utf-8', ...pages[pathname].headers});
      return void response.end(pages[pathname].html);
    }
    const file = fileFor(pathname, mounts);
    const bytes = file && await readFile(file).catch(() => null);
    if (!bytes) return void response.writeHead(404, {'Content-Length': '0'}).end();
    response.writeHead(200, {'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream'});
    response.end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
