/**
 * `npm start`: the demo site, sample files and a tracker, on one port.
 *
 *   node web/serve.js [--port 8000] [--host 127.0.0.1] [--origin-mbps 100]
 */
import {once} from 'node:events';
import {createServer} from 'node:http';
import {fileURLToPath} from 'node:url';
import {Command} from 'commander';
import send from 'send';
import {number} from '../js/cli/arguments.js';
import {createTracker} from '../js/tracker/index.js';
import {RateLimit, throttle} from './server/rate_limit.js';
import {makeSamples} from './server/samples.js';

const WEB = fileURLToPath(new URL('.', import.meta.url));
const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const SAMPLES = fileURLToPath(new URL('../.build/samples', import.meta.url));
const SAMPLE_MIB = [8, 64, 256];
const BYTES_PER_MBIT = 125_000;
/** Ports that are tried when the wanted one is taken. */
const PORTS_TRIED = 20;

const options = new Command('serve')
  .option('--host <address>', 'where to listen', '127.0.0.1')
  .option('--port <n>', 'the next free one is taken if it is in use', number(0), 8000)
  .option('--origin-mbps <Mbit/s>', 'limit of all sample downloads together', number(0.1))
  .parse()
  .opts();

/** What a page may do: run our scripts and wasm, reach any origin it is told to. */
const PAGE_POLICY = [
  "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 'connect-src * blob:',
  "img-src 'self' blob: data:", 'media-src blob:', "object-src 'none'", "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const limit = new RateLimit((options.originMbps ?? Infinity) * BYTES_PER_MBIT);
const samples = await makeSamples(SAMPLES, SAMPLE_MIB);

/** @param {import('node:http').ServerResponse} response */
function notFound(response) {
  response.writeHead(404, {'Content-Type': 'text/plain; charset=utf-8'});
  response.end('There is nothing here. The demos start at /.\n');
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
function answer(request, response) {
  if (tracker.handle(request, response)) return;
  const {pathname} = new URL(request.url ?? '/', 'http://localhost');
  const fail = () => notFound(response);
  if (pathname === '/samples.json') {
    response.writeHead(200, {'Content-Type': 'application/json', 'Cache-Control': 'no-cache'});
    return response.end(JSON.stringify(samples.map(({name, size}) => ({name, size}))));
  }
  if (pathname.startsWith('/samples/')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'ETag, Content-Range, Accept-Ranges');
    throttle(response, limit);
    return send(request, pathname.slice('/samples'.length), {root: SAMPLES, cacheControl: false})
      .on('error', fail).pipe(response);
  }
  if (pathname.startsWith('/dist/')) {
    return send(request, pathname.slice('/dist'.length), {root: DIST, maxAge: 0})
      .on('error', fail).pipe(response);
  }
  if (pathname.startsWith('/server') || pathname === '/serve.js') return fail();
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  send(request, pathname, {root: WEB, maxAge: 0}).on('error', fail).pipe(response);
}

const server = createServer();

/** Listens on the wanted port, or the next one that is free. */
async function listen() {
  for (let port = options.port; ; ++port) {
    server.listen(port, options.host);
    const error = await Promise.race([
      once(server, 'listening').then(() => null),
      once(server, 'error').then(([reason]) => reason),
    ]);
    if (!error) return;
    if (error.code !== 'EADDRINUSE' || port >= options.port + PORTS_TRIED) throw error;
    process.stdout.write(`Port ${port} is in use; trying ${port + 1}.\n`);
  }
}

try {
  await listen();
} catch (error) {
  process.stderr.write(`The server can't listen on ${options.host}: ${error.message}\n`);
  process.exit(1);
}
const {port} = /** @type {import('node:net').AddressInfo} */ (server.address());
const site = `http://${options.host === '0.0.0.0' ? 'localhost' : options.host}:${port}`;
const tracker = await createTracker({
  // Read from the disk, so that hashing takes nothing from the samples' limit.
  origins: [{url: `${site}/samples`, dir: SAMPLES},
    {url: `http://localhost:${port}/samples`, dir: SAMPLES}],
  reportInterval: 5,
});
tracker.attach(server, '/tracker');
server.on('request', answer);

process.stdout.write(`
peer5 is at ${site}/
  Open ${site}/download.html in two windows and start the same file in both:
  the second one gets it from the first.
  Tracker: ${site.replace('http', 'ws')}/tracker${options.originMbps ? `; samples at ${options.originMbps} Mbit/s` : ''}
  Stop with Ctrl+C.
`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await tracker.close({graceMs: 0});
    server.close();
    server.closeAllConnections();
  });
}
