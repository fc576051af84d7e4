/**
 * `peer5 tracker`
 *
 * @module
 */

import {readFile} from 'node:fs/promises';
import {pino} from 'pino';
import {createTracker} from '../tracker/index.js';
import {bytes, list, number, origin} from './arguments.js';

/** @param {import('commander').Command} program */
export function addTrackerCommand(program) {
  program.command('tracker')
    .description('introduce visitors to each other and vouch for the resources of your origins')
    .option('-p, --port <port>', 'TCP port', number(0), 8765)
    .option('--host <address>', 'address to listen on', '0.0.0.0')
    .option('-o, --origin <url[=dir]>', 'vouch for resources of this origin (repeatable); with =DIR, read its files ' +
      'from that directory instead of over HTTP', list(origin))
    .option('--private-origin <url>', 'like --origin, for a host name that resolves to a private address (repeatable)',
      list())
    .option('--allow-origin <origin>', 'only pages of this origin may connect, like https://site.example or ' +
      '*.site.example (repeatable); default: any', list())
    .option('--token-secret-file <file>', 'admit only clients with a token signed by the secret in this file')
    .option('--ice-server <url>', 'tell clients of this STUN server, like stun:host:3478 (repeatable)', list())
    .option('--turn <url>', 'tell clients of this TURN server (repeatable); needs --turn-secret-file', list())
    .option('--turn-secret-file <file>', 'the secret shared with the TURN server (coturn: static-auth-secret)')
    .option('--turn-ttl <seconds>', 'how long TURN credentials are good for', number(60), 3600)
    .option('--cert <file>', 'serve wss: with this certificate chain (PEM)')
    .option('--key <file>', 'and this private key (PEM)')
    .option('--trust-proxy', 'take client addresses from X-Forwarded-For')
    .option('--geo <file>', 'MaxMind-format file for ASN or country (repeatable)', list())
    .option('--block-size <bytes>', 'of hashed resources; default: some hundred blocks each', bytes)
    .option('--chunk-size <bytes>', 'of hashed resources', bytes)
    .option('--max-size <bytes>', 'do not hash larger resources', bytes)
    .option('--hash-timeout <seconds>', 'for one resource', number(1))
    .option('--hash-parallel <n>', 'resources hashed at once', number(1))
    .option('--revalidate <seconds>', 'how long a version is taken to be current', number(0))
    .option('--cache <dir>', 'keep hashes here over restarts')
    .option('--dashboard-token-file <file>', 'serve a dashboard at /dashboard#TOKEN; the token is in this file')
    .option('--store <url>', 'share swarms with all trackers that use this Redis, like redis://host:6379 or ' +
      'redis-cluster://host:6379,host:6379')
    .option('--match-size <n>', 'peers offered at once', number(1))
    .option('--report-interval <seconds>', 'between reports of a client', number(1))
    .option('--max-sockets <n>', 'in all', number(1))
    .option('--sockets-per-address <n>', 'at once', number(1))
    .option('--connects-per-minute <n>', 'from one address', number(1))
    .option('--log-level <level>', 'debug, info, warn, error or silent', 'info')
    .option('--log-addresses', 'write client addresses into the log')
    .action(runTracker);
}

/** @param {any} given */
async function runTracker(given) {
  const logger = pino({level: given.logLevel, base: null});
  const tracker = await createTracker({...await trackerOptions(given), logger});
  await tracker.listen({host: given.host, port: given.port});
  const stop = async () => {
    await tracker.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/**
 * @param {any} given
 * @returns {Promise<import('../tracker/types.js').TrackerOptions>}
 */
async function trackerOptions(given) {
  const privateOrigins = (given.privateOrigin ?? []).map((/** @type {string} */ url) => ({url, allowPrivate: true}));
  return {
    origins: [...given.origin ?? [], ...privateOrigins],
    allowOrigins: given.allowOrigin,
    tokenSecret: await secret(given.tokenSecretFile),
    iceServers: given.iceServer?.map((/** @type {string} */ urls) => ({urls})),
    turn: await turn(given),
    tls: await tls(given),
    trustProxy: given.trustProxy,
    geoDatabase: given.geo?.join(','),
    dashboardToken: await secret(given.dashboardTokenFile),
    store: given.store,
    matchSize: given.matchSize,
    reportInterval: given.reportInterval,
    logAddresses: given.logAddresses,
    limits: {
      maxSockets: given.maxSockets,
      socketsPerAddress: given.socketsPerAddress,
      connectsPerMinute: given.connectsPerMinute,
    },
    hashing: {
      blockSize: given.blockSize,
      chunkSize: given.chunkSize,
      maxSize: given.maxSize,
      timeout: given.hashTimeout,
      parallel: given.hashParallel,
      revalidate: given.revalidate,
      cacheDir: given.cache,
    },
  };
}

/** @param {string | undefined} file */
async function secret(file) {
  if (!file) return undefined;
  const text = (await readFile(file, 'utf8')).trim();
  if (text.length < 16) throw new Error(`the secret in ${file} is too short: use 16 characters or more`);
  return text;
}

/** @param {any} given */
async function turn({turn: urls, turnSecretFile, turnTtl}) {
  if (!urls) return undefined;
  const shared = await secret(turnSecretFile);
  if (!shared) throw new Error('--turn needs --turn-secret-file: credentials are made from the secret');
  return {urls, secret: shared, ttl: turnTtl};
}

/** @param {any} given */
async function tls({cert, key}) {
  if (!cert && !key) return undefined;
  if (!cert || !key) throw new Error('--cert and --key go together');
  return {cert: await readFile(cert), key: await readFile(key)};
}
