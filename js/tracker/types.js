/**
 * What a program that runs a tracker says to it, and is told. Types only:
 * nothing here runs. The entry point is `createTracker` in `index.js`:
 *
 * ```js
 * import {createTracker} from 'peer5/tracker';
 *
 * const tracker = await createTracker({
 *   origins: [{url: 'https://cdn.example'}, {url: 'http://localhost:8080', dir: 'public'}],
 * });
 * await tracker.listen({host: '0.0.0.0', port: 8765});  // a server of its own, or
 * tracker.attach(httpServer, '/tracker');               // beside another one
 * console.log(tracker.url);                             // ws://…
 * await tracker.close();
 * ```
 *
 * @module
 */

/**
 * An origin whose resources the tracker hashes and vouches for.
 *
 * @typedef {object} OriginOptions
 * @property {string} url `https://host[:port]`, or with a path that all its resources must start with
 * @property {string} [dir] read its files from this directory instead of over HTTP
 * @property {boolean} [allowPrivate] its host name may resolve to a private or loopback address;
 *   implied when `url` names such an address, or localhost, itself
 */

/**
 * @typedef {object} TurnOptions
 * @property {string[]} urls `turn:host:port?transport=udp`, …
 * @property {string} secret coturn's `static-auth-secret`
 * @property {number} [ttl] seconds that a credential is good for, default 3600
 */

/**
 * @typedef {object} Logger what pino and console have in common
 * @property {(fields: object, text?: string) => void} info
 * @property {(fields: object, text?: string) => void} warn
 * @property {(fields: object, text?: string) => void} error
 * @property {(fields: object, text?: string) => void} debug
 */

/**
 * @typedef {object} LimitOptions
 * @property {number} [maxSockets] sockets in all, default 50,000
 * @property {number} [socketsPerAddress] at once from one address (IPv6: one /64), and as many connections that are no
 *   WebSockets (yet), default 256
 * @property {number} [connectsPerMinute] new sockets a minute from one address, default 600
 * @property {number} [offencesPerMinute] sockets of one address that may be closed in a minute for malformed, oversized
 *   or far too many messages; with more, it may open none for 30 seconds; default 30
 * @property {number} [maxBuffered] bytes that a slow socket may leave unsent before it is closed, default 256 KiB
 * @property {number} [maxMessage] bytes of one message from a client, default 1 MiB
 */

/**
 * @typedef {object} HashingOptions
 * @property {number} [blockSize] bytes; default: 400 to 800 blocks of a common resource
 * @property {number} [chunkSize] bytes; default 16 KiB
 * @property {number} [maxSize] bytes; larger resources are not vouched for, default 64 GiB
 * @property {number} [timeout] seconds that hashing one resource may take, default 900
 * @property {number} [parallel] resources hashed at once, default 2
 * @property {number} [maxQueue] resources waiting to be hashed, default 1000
 * @property {number} [revalidate] seconds for which a version is taken to be current, default 60
 * @property {number} [failedFor] seconds for which a failure is remembered, default 30
 * @property {string} [cacheDir] keep what was hashed in this directory over restarts
 */

/**
 * @typedef {object} TrackerOptions
 * @property {(string | OriginOptions)[]} [origins] default none: only shares and manifests work then
 * @property {RTCIceServerLike[]} [iceServers] told to every client
 * @property {TurnOptions} [turn] time-limited TURN credentials for every client
 * @property {string[]} [allowOrigins] page origins that may connect (`https://site.example`, `*.site.example`); default any
 * @property {string} [tokenSecret] admit only clients with a token that this secret has signed (see `mintToken`)
 * @property {{cert: string | Buffer, key: string | Buffer}} [tls] PEM; for `listen`
 * @property {boolean} [trustProxy] take client addresses from X-Forwarded-For
 * @property {string} [geoDatabase] MaxMind-format file(s), comma-separated, for ASN and country
 * @property {string} [dashboardToken] serve a dashboard at /dashboard#TOKEN to who knows it, 16 characters or more;
 *   default: none
 * @property {string} [store] `redis://host:port`, or `redis-cluster://host:port,host:port` with some nodes of a Redis
 *   Cluster: share swarms with all instances that use the same Redis (6.2 or later); default: this instance is alone
 * @property {number} [reportInterval] seconds between clients' reports, default 15
 * @property {number} [matchSize] peers offered at once, default 10
 * @property {Record<string, number>} [core] further options of the core, by name: capacity, randomPart, enoughNear, farLinks, awayGrace,
 *   swarmGrace, joinBurst, joinRate, messageBurst, messageRate, swarmsPerClient, and the weights that README.md lists
 * @property {bigint} [seed] of the matcher's generator; default random
 * @property {LimitOptions} [limits]
 * @property {HashingOptions} [hashing]
 * @property {Logger} [logger] default: nothing is logged
 * @property {boolean} [logAddresses] default false
 */

/**
 * @typedef {object} RTCIceServerLike
 * @property {string | string[]} urls
 * @property {string} [username]
 * @property {string} [credential]
 */

/**
 * @typedef {object} TrackerStats
 * @property {number} sockets open WebSockets
 * @property {number} clients known, those about to reconnect included
 * @property {number} swarms
 * @property {number} members memberships over all swarms
 * @property {number} joins since the start, as all that follow
 * @property {number} matches pairs of clients introduced
 * @property {number} relayed session descriptions and candidates passed on
 * @property {number} completed downloads reported complete
 * @property {number} refused messages dropped or refused, whatever the reason
 * @property {number} bytesHTTP that clients have reported, by source
 * @property {number} bytesP2P
 * @property {number} bytesStored
 * @property {number} hashed resources hashed
 */

/**
 * @typedef {object} TrackerServer
 * @property {(where?: {host?: string, port?: number}) => Promise<{host: string, port: number}>} listen
 *   its own HTTP server: WebSocket at any path, GET /healthz, /metrics, /dashboard; port 0: any free one
 * @property {(server: import('node:http').Server | import('node:https').Server, path?: string) => void} attach
 *   take WebSocket upgrades at `path` (default '/tracker') of somebody else's server; others are left alone
 * @property {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => boolean} handle
 *   answer /healthz, /metrics and /dashboard on somebody else's server; false: not ours
 * @property {string} url `ws://` or `wss://`, of `listen` or the attached server; '' before either
 * @property {() => TrackerStats} stats
 * @property {(options?: {graceMs?: number}) => Promise<void>} close
 *   tells clients when to come back, then closes their sockets; an attached server stays open
 */

export {};
