/**
 * The tracker: introduces the visitors of a page to each other and vouches for
 * what they share. See types.js for all options.
 *
 * @module
 */

import http from 'node:http';
import https from 'node:https';
import {loadTrackerCore} from '../wasm/load_tracker.js';
import {Admission} from './admission.js';
import {Arrivals, SERVER_OPTIONS} from './arrivals.js';
import {TrackerCore} from './core.js';
import {Dashboard} from './dashboard/dashboard.js';
import {Figures} from './dashboard/figures.js';
import {FileInfoService} from './file_info/service.js';
import {openGeoDatabase} from './geo.js';
import {Instances} from './instances.js';
import {Metrics} from './metrics.js';
import {coreOptions, withDefaults} from './options.js';
import {Sockets} from './sockets.js';
import {isGoodToken} from './tokens.js';
import {turnServer} from './turn.js';

export {mintToken} from './tokens.js';

/** SwarmErrorCode of core/wire, by the service's reasons. */
const ERROR_CODES = {
  'not-found': 0,
  'not-configured': 1,
  'not-shareable': 2,
  'too-large': 3,
  'unreachable': 4,
  'timeout': 4,
  'changed': 4,
  'busy': 5,
};
/** Clients of a tracker that goes away come back spread over this time. */
const RETURN_WITHIN_MS = 10_000;

/**
 * @typedef {import('./types.js').TrackerOptions} TrackerOptions
 * @typedef {import('./types.js').TrackerServer} TrackerServer
 * @typedef {import('./types.js').TrackerStats} TrackerStats
 */

/**
 * @param {TrackerOptions} [given]
 * @returns {Promise<TrackerServer>}
 */
export async function createTracker(given = {}) {
  const options = withDefaults(given);
  const module = await loadTrackerCore();
  const geo = await openGeoDatabase(options.geoDatabase);
  const store = await openStore(options);
  const tracker = new Tracker(options, module, geo, store);
  await tracker.instances?.open();
  return tracker;
}

/**
 * @param {ReturnType<typeof withDefaults>} options
 * @returns {Promise<import('./store/swarm_store.js').SwarmStore | null>}
 */
async function openStore({store, logger}) {
  if (!store) return null;
  const {RedisStore} = await import('./store/redis_store.js');
  return new RedisStore(store, logger);
}

/** @implements {TrackerServer} */
class Tracker {
  /**
   * @param {ReturnType<typeof withDefaults>} options
   * @param {any} module
   * @param {import('./geo.js').Locate} locate
   * @param {import('./store/swarm_store.js').SwarmStore | null} store
   */
  constructor(options, module, locate, store) {
    this.options = options;
    this.instances = store && new Instances(store, () => (this.closed ? null : this.core));
    this.closed = false;
    this.fileInfo = new FileInfoService({
      origins: options.origins,
      rules: options.hashing,
      defaultBlockSize: module.defaultBlockSize,
      logger: options.logger,
      store,
    });
    this.core = TrackerCore.start(module, coreOptions(options), options.seed, {
      send: (conn, message) => this.sockets.send(conn, message),
      close: (conn, reason) => this.sockets.close(conn, reason),
      checkToken: (conn, token) => this.#checkToken(conn, token),
      needResource: (url) => this.#findResource(url),
      instances: this.instances,
    });
    this.metrics = new Metrics((name) => this.core.stat(name), () => this.fileInfo);
    this.sockets = new Sockets({options, metrics: this.metrics, locate});
    this.sockets.core = this.core;
    this.figures = new Figures({
      core: () => (this.closed ? null : this.core),
      stats: () => this.stats(),
      problems: () => this.metrics.problems(),
      servers: serversIn(options),
    });
    this.dashboard = options.dashboardToken ? new Dashboard(options.dashboardToken, this.figures) : null;
    this.url = '';
    this.closing = false;
    /** @type {http.Server | null} */
    this.server = null;
    /** @type {(() => void)[]} */
    this.detach = [];
    this.#refreshIceServers();
  }

  // --- servers ---------------------------------------------------------------

  /** @type {TrackerServer['listen']} */
  async listen({host = '127.0.0.1', port = 8765} = {}) {
    const answer = (/** @type {http.IncomingMessage} */ request, /** @type {http.ServerResponse} */ response) => {
      if (this.handle(request, response)) return;
      response.writeHead(404, {'content-type': 'text/plain'});
      response.end('This is a peer5 tracker: connect to it by WebSocket.\n');
    };
    const {tls, limits, trustProxy} = this.options;
    const server = tls ?
      https.createServer({...SERVER_OPTIONS, ...tls}, answer) : http.createServer(SERVER_OPTIONS, answer);
    const perAddress = trustProxy ? Infinity : limits.socketsPerAddress;
    const arrivals = new Arrivals({perAddress}, this.metrics);
    const serve = server.listeners('connection');
    const admission = new Admission({
      admit: (socket) => {
        for (const listener of serve) listener.call(server, socket);
        if (!tls) socket.resume();
      },
      isBarred: (key) => !trustProxy && this.sockets.limits.isBarred(key),
      perAddress,
      metrics: this.metrics,
    });
    server.removeAllListeners('connection');
    // Not a byte is read of one that waits; TLS reads by itself. Not in the types of an HTTP server.
    if (!tls) Object.assign(server, {pauseOnConnect: true});
    server.on('connection', (socket) => admission.add(socket));
    this.detach.push(() => admission.close());
    if (tls) server.on('secureConnection', (socket) => arrivals.add(socket));
    else serve.push((/** @type {import('node:net').Socket} */ socket) => arrivals.add(socket));
    server.on('upgrade', (request, stream, head) => {
      arrivals.remove(request.socket);
      this.sockets.upgrade(request, stream, head);
    });
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve(undefined));
    });
    this.server = server;
    this.url = urlOf(server, '');
    const bound = /** @type {import('node:net').AddressInfo} */ (server.address());
    this.options.logger.info({url: this.url}, 'tracker listens');
    return {host: bound.address, port: bound.port};
  }

  /** @type {TrackerServer['attach']} */
  attach(server, path = '/tracker') {
    const onUpgrade = (
        /** @type {http.IncomingMessage} */ request,
        /** @type {import('node:stream').Duplex} */ stream, /** @type {Buffer} */ head) => {
      if (pathOf(request) === path) this.sockets.upgrade(request, stream, head);
    };
    const onListening = () => {
      this.url = urlOf(server, path);
    };
    server.on('upgrade', onUpgrade);
    if (server.listening) onListening();
    else server.once('listening', onListening);
    this.detach.push(() => {
      server.off('upgrade', onUpgrade);
      server.off('listening', onListening);
    });
  }

  /** @type {TrackerServer['handle']} */
  handle(request, response) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = pathOf(request);
    if (path === '/healthz') {
      response.writeHead(this.closing ? 503 : 200, {'content-type': 'text/plain', 'cache-control': 'no-store'});
      response.end(this.closing ? 'closing\n' : 'ok\n');
      return true;
    }
    if (path === '/metrics') {
      this.metrics.writeTo(response).catch((error) => {
        this.options.logger.error({error: String(error)}, 'could not write metrics');
        response.destroy();
      });
      return true;
    }
    return this.dashboard?.handle(path, request, response) ?? false;
  }

  // --- what the core asks for --------------------------------------------------

  /** @param {number} conn @param {string} token */
  #checkToken(conn, token) {
    const good = isGoodToken(token, this.options.tokenSecret ?? '');
    // Not from inside the core's own call.
    setImmediate(() => {
      if (!this.closing) this.core.tokenChecked(conn, good);
    });
  }

  /** @param {string} url */
  async #findResource(url) {
    let failure;
    try {
      const hashed = await this.fileInfo.request(url);
      if (this.closing) return;
      if (this.core.resourceReady(url, hashed)) {
        this.figures.vouched(url, hashed.sighting);
        return;
      }
      failure = {reason: /** @type {const} */ ('too-large'), message: 'too many blocks or chunks; use larger ones'};
    } catch (error) {
      failure = /** @type {import('./file_info/reasons.js').NotVouched} */ (error);
    }
    this.metrics.notVouched.inc({reason: failure.reason});
    this.figures.refusals.note(url, failure);
    if (!this.closing) this.core.resourceFailed(url, ERROR_CODES[failure.reason] ?? 4, failure.message);
  }

  /** TURN credentials are renewed when half their time is over. */
  #refreshIceServers() {
    const servers = this.options.iceServers.map(({urls, username = '', credential = ''}) =>
      ({urls: [urls].flat(), username, credential}));
    const {turn} = this.options;
    if (turn) {
      servers.push(turnServer(turn));
      this.iceTimer = setTimeout(() => this.#refreshIceServers(), (turn.ttl ?? 3600) * 500);
      this.iceTimer.unref();
    }
    this.core.setIceServers(servers.flatMap(({urls, username, credential}) =>
      urls.map((url) => ({url, username, credential}))));
  }

  // --- the rest ------------------------------------------------------------------

  /** @returns {TrackerStats} */
  stats() {
    const names = ['sockets', 'clients', 'swarms', 'members', 'joins', 'matches', 'relayed', 'completed', 'refused',
      'bytesHTTP', 'bytesP2P', 'bytesStored'];
    const figures = Object.fromEntries(names.map((name) => [name, this.core.stat(name)]));
    return /** @type {TrackerStats} */ (/** @type {unknown} */ ({...figures, hashed: this.fileInfo.hashed}));
  }

  /** @type {TrackerServer['close']} */
  async close({graceMs = 2000} = {}) {
    if (this.closing) return;
    this.closing = true;
    clearTimeout(this.iceTimer);
    for (const detach of this.detach) detach();
    this.fileInfo.close();
    this.core.shutdown(RETURN_WITHIN_MS);
    const closed = this.server && new Promise((resolve) => this.server?.close(resolve));
    await this.sockets.closeAll(graceMs);
    this.server?.closeAllConnections();
    await closed;
    this.closed = true;
    await this.instances?.close();
    this.core.close();
    this.options.logger.info({}, 'tracker closed');
  }
}

/** What clients are told of, besides each other. @param {ReturnType<typeof withDefaults>} options */
function serversIn({iceServers, turn}) {
  const urls = [...iceServers.map((server) => server.urls), turn?.urls ?? []].flat();
  return {turn: urls.some((url) => /^turns?:/.test(url)), stun: urls.some((url) => /^(stun|turn)s?:/.test(url))};
}

/** @param {http.IncomingMessage} request */
function pathOf(request) {
  return (request.url ?? '/').split('?')[0];
}

/**
 * @param {http.Server | https.Server} server
 * @param {string} path
 */
function urlOf(server, path) {
  const {address, family, port} = /** @type {import('node:net').AddressInfo} */ (server.address());
  const anywhere = address === '0.0.0.0' || address === '::';
  const host = anywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${server instanceof https.Server ? 'wss' : 'ws'}://${host}:${port}${path}`;
}
