/**
 * The demo site as one HTTP server: pages, built scripts, sample files, and a
 * tracker at /tracker that vouches for the samples.
 *
 * @module
 */
import {once} from 'node:events';
import {createServer} from 'node:http';
import {isIPv6} from 'node:net';
import {networkInterfaces} from 'node:os';
import {fileURLToPath} from 'node:url';
import send from 'send';
import {createTracker} from '../../js/tracker/index.js';
import {RateLimit, throttle} from './rate_limit.js';

const WEB = fileURLToPath(new URL('..', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** Ports that are tried after the wanted one. */
const PORTS_TRIED = 20;
/** What of web/ is for browsers; the rest is the server's own. */
const PAGE_FILES = /^\/(?:(?:lib\/(?:[\w-]+\/)?)?[\w-]+\.(?:html|css|js)|screenshots\/[\w-]+\.png|snippets\/[\w-]+\.txt)?$/;
/** Where the playground's snippets run: the slides have one room a swarm id. */
const ROOM = /^\/(?:room\.html|[0-9a-f]{64})$/;
/** Libraries that pages use, as they were installed. @type {Record<string, string>} */
const VENDOR_FILES = {
  '/vendor/axios.js': 'axios/dist/axios.min.js',
  '/vendor/jquery.js': 'jquery/dist/jquery.min.js',
  '/vendor/qr.js': 'qr/index.js',
};
const SERVER_FILES = new Set(['/serve.js']);
/** The tracker's figures on the pages follow what clients report this often (seconds). */
const REPORT_INTERVAL = 5;

/** @param {{scripts: string, framedBy: string}} allowed */
const headersFor = ({scripts, framedBy}) => ({
  'Content-Security-Policy': [
    "default-src 'self'", `script-src 'self' 'wasm-unsafe-eval'${scripts}`,
    'worker-src blob:',
    "connect-src 'self' ws: wss: http: https: blob:", "img-src 'self' blob: data:",
    "media-src 'self' blob:", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
    `frame-ancestors ${framedBy}`,
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
});
/** Pages run our scripts and wasm, nothing inline, and reach what their user names. */
const PAGE_HEADERS = headersFor({scripts: '', framedBy: "'none'"});
/** A room runs what its user has typed into the playground around it, too. */
const ROOM_HEADERS = headersFor({scripts: ' blob:', framedBy: "'self'"});

/** @typedef {import('node:http').IncomingMessage} Incoming */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @typedef {object} Site
 * @property {string} url
 * @property {string[]} elsewhere further URLs, when other machines can reach it
 * @property {string} tracker its URL
 * @property {() => Promise<void>} close
 */

/**
 * @param {object} options
 * @param {string} options.host
 * @param {number} options.port 0: any
 * @param {{name: string, size: number}[]} options.samples
 * @param {{name: string, size: number}[]} options.pictures in the same directory
 * @param {string} options.samplesDir
 * @param {number} [options.bytesPerSecond] of all sample downloads together
 * @param {(port: number) => void} [options.portTaken]
 * @returns {Promise<Site>}
 */
export async function startSite({host, port, samples, pictures, samplesDir, bytesPerSecond = Infinity,
  portTaken = () => {}}) {
  const server = createServer();
  const bound = await listen(server, host, port, portTaken);
  const urls = hostNames(host).map(name => `http://${isIPv6(name) ? `[${name}]` : name}:${bound}`);
  const tracker = await createTracker({
    // Read from the disk: hashing takes nothing from the samples' limit.
    origins: urls.map(url => ({url: `${url}/samples`, dir: samplesDir})),
    reportInterval: REPORT_INTERVAL,
  });
  tracker.attach(server, '/tracker');
  const limit = new RateLimit(bytesPerSecond);
  server.on('request', (request, response) => {
    if (!tracker.handle(request, response)) answer(request, response, {samples, pictures, samplesDir, limit});
  });
  return {
    url: urls[0],
    elsewhere: isAnywhere(host) ? urls.filter(url => !/\/(localhost|127\.|\[::1\])/.test(url)) : [],
    tracker: `${urls[0].replace('http', 'ws')}/tracker`,
    async close() {
      await tracker.close({graceMs: 0});
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @param {string} host */
const isAnywhere = host => host === '0.0.0.0' || host === '::';

/** The names by which a browser may call this host, the first to be shown. @param {string} host */
function hostNames(host) {
  const loopback = ['localhost', '127.0.0.1'];
  if (loopback.includes(host)) return [host, ...loopback.filter(name => name !== host)];
  if (!isAnywhere(host)) return [host];
  const own = Object.values(networkInterfaces()).flatMap(list => list ?? [])
    .filter(({internal, family}) => !internal && (family === 'IPv4' || host === '::'))
    .map(({address}) => address)
    .filter(address => !address.startsWith('fe80:'));  // needs a zone, which URLs lack
  return [...loopback, ...host === '::' ? ['::1'] : [], ...own];
}

/**
 * @param {import('node:http').Server} server @param {string} host
 * @param {number} wanted @param {(port: number) => void} portTaken
 * @returns {Promise<number>} the port
 */
async function listen(server, host, wanted, portTaken) {
  for (let port = wanted; ; ++port) {
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (reason) {
      const error = /** @type {NodeJS.ErrnoException} */ (reason);
      if (error.code !== 'EADDRINUSE' || port >= wanted + PORTS_TRIED) throw error;
      portTaken(port);
      continue;
    }
    return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  }
}

/** @param {Incoming} request @returns {string} '' if it can't be one */
function pathOf(request) {
  try {
    return decodeURIComponent((request.url ?? '').split('?')[0]);
  } catch {
    return '';
  }
}

/**
 * @param {Incoming} request @param {Response} response
 * @param {{samples: {name: string, size: number}[], pictures: {name: string, size: number}[],
 *   samplesDir: string, limit: RateLimit}} site
 */
function answer(request, response, {samples, pictures, samplesDir, limit}) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, {Allow: 'GET, HEAD'});
    return void response.end();
  }
  response.setHeader('X-Content-Type-Options', 'nosniff');
  const path = pathOf(request);
  const sample = [...samples, ...pictures].find(({name}) => path === `/samples/${name}`);
  if (path === '/samples.json') return listSamples(response, samples);
  if (path === '/pictures.json') return listSamples(response, pictures);
  if (sample) return sendSample(request, response, sample.name, samplesDir, limit);
  if (path.startsWith('/dist/')) return sendFrom(DIST, path.slice('/dist'.length), request, response);
  if (Object.hasOwn(VENDOR_FILES, path)) return sendFrom(MODULES, `/${VENDOR_FILES[path]}`, request, response);
  const isRoom = ROOM.test(path);
  if (!isRoom && (!PAGE_FILES.test(path) || SERVER_FILES.has(path))) return notFound(response);
  const headers = isRoom ? ROOM_HEADERS : PAGE_HEADERS;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendFrom(WEB, isRoom ? '/room.html' : path, request, response);
}

/** @param {Response} response */
function notFound(response) {
  response.writeHead(404, {'Content-Type': 'text/plain; charset=utf-8'});
  response.end('There is nothing here. The demos start at /.\n');
}

/** @param {Response} response @param {{name: string, size: number}[]} samples */
function listSamples(response, samples) {
  response.writeHead(200, {'Content-Type': 'application/json', 'Cache-Control': 'no-cache'});
  response.end(JSON.stringify(samples.map(({name, size}) => ({name, size}))));
}

/**
 * @param {string} root @param {string} path decoded
 * @param {Incoming} request @param {Response} response
 */
function sendFrom(root, path, request, response) {
  send(request, encodeURI(path), {root, maxAge: 0})
    .on('error', () => response.headersSent ? response.destroy() : notFound(response))
    .pipe(response);
}

/**
 * As an origin should answer: validators, ranges, and all of it readable by
 * pages of other origins.
 *
 * @param {Incoming} request @param {Response} response
 * @param {string} name @param {string} dir @param {RateLimit} limit
 */
function sendSample(request, response, name, dir, limit) {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Accept-Ranges, Content-Range, ETag, Last-Modified');
  // Else a second download in one browser shows the browser's cache at work.
  response.setHeader('Cache-Control', 'no-cache');
  throttle(response, limit);
  send(request, name, {root: dir, cacheControl: false})
    .on('error', () => response.headersSent ? response.destroy() : notFound(response))
    .pipe(response);
}
