/**
 * What the parts of the shim say to each other. Types only: nothing here runs.
 *
 * `request/` (the XMLHttpRequest face) talks to `engine/` (one engine a page
 * and tracker), which drives the wasm core and the adapters of `net/` and
 * `store/`.
 *
 * @module
 */

/**
 * @typedef {'aggressive' | 'server-friendly' | 'p2p-friendly'} Strategy
 * @typedef {'hybrid' | 'p2p' | 'http'} DownloadMode
 * @typedef {'TCPLIKE_CHANNEL' | 'UNORDERED_RELIABLE' | 'ORDERED_PARTIAL_3ATTEMPS' |
 *   'UNORDERED_PARTIAL_3ATTEMPS' | 'ORDERED_PARTIAL_1S' | 'UNORDERED_PARTIAL_1S' |
 *   'UNORDERED_UNRELIABLE'} ChannelKind
 */

/**
 * One download, as a Request asks the engine for it.
 *
 * @typedef {object} DownloadOptions
 * @property {string} [url] absolute http(s) URL without a fragment; absent when P2P only
 * @property {string} [swarmId] 64 hex digits: GET by swarm id
 * @property {string} [integrity] 64 hex digits: the only root hash that is accepted
 * @property {DownloadMode} downloadMode
 * @property {Strategy} strategy
 * @property {string} [manifest] absolute URL of a manifest, used instead of the tracker's FileInfo
 * @property {[string, string][]} headers the author's request headers, sent with each HTTP request
 * @property {number} minSize join the swarm only if the response is at least this long (bytes); 0: at once
 * @property {import('../net/early_fetch.js').EarlyFetch} [early] the plain GET, already under way; taken or cancelled by whoever has it
 * @property {boolean} [wantBuffer] `body.arrayBuffer()` will be asked for: fill it while the bytes come
 * @property {boolean} wantChunks call `sink.chunk` as bytes become deliverable in order (text shown while loading)
 */

/**
 * A response head: the origin's own, or one made from FileInfo.
 *
 * @typedef {object} ResponseHead
 * @property {number} status
 * @property {string} statusText
 * @property {string} url final URL after redirects, '' when there was no HTTP response
 * @property {[string, string][]} headers names in lower case, as the page may see them
 * @property {number} total body bytes as Content-Length or FileInfo tell it, -1 if unknown
 * @property {boolean} fromInfo made from FileInfo, no origin response stands behind it
 */

/**
 * What a page may know of a resource in a swarm.
 *
 * @typedef {object} FileInfo
 * @property {string} swarmId root hash, 64 hex digits
 * @property {number} size bytes
 * @property {number} blockSize bytes
 * @property {number} chunkSize bytes
 * @property {number} numOfBlocks
 * @property {string} name file name, '' if none is known
 * @property {string} type MIME type, '' if none is known
 * @property {string} lastModified as the origin's header gave it, '' if none
 * @property {string} etag as the origin's header gave it, '' if none
 * @property {string} origin URL it was hashed from, '' for a shared file
 */

/**
 * How far a download is. `loadedHTTP + loadedP2P + loadedFS` never falls.
 *
 * @typedef {object} Progress
 * @property {number} loadedHTTP bytes
 * @property {number} loadedP2P bytes, each verified
 * @property {number} loadedFS bytes from offline storage
 * @property {number} total bytes, -1 if unknown
 */

/**
 * Why a download ended without its bytes.
 *
 * @typedef {object} Failure
 * @property {'network' | 'not-found' | 'firefox-only' | 'chrome-only' | 'verification' |
 *   'tracker' | 'file-size' | 'out-of-space' | 'write' | 'aborted'} code
 * @property {string} message what happened and what a page author can do
 */

/**
 * What a download tells its owner. Order: head, (info, progress, chunk,
 * swarmState in any order), then exactly one of complete, fail, restart.
 * Nothing is called after that except swarmState and info, nor after
 * `download.pause()` / `leave()`. Never called from inside `engine.download()`.
 *
 * @typedef {object} DownloadSink
 * @property {(head: ResponseHead) => void} head once
 * @property {(info: FileInfo) => void} info once, when FileInfo is known (may come before head)
 * @property {(progress: Progress) => void} progress
 * @property {(bytes: Uint8Array) => void} chunk the next bytes in order (only with wantChunks)
 * @property {(state: {numOfPeers: number, uploaded: number}) => void} swarmState
 * @property {() => void} complete `download.body` is whole
 * @property {(failure: Failure) => void} fail
 * @property {() => void} restart throw away what came and do a native request instead
 */

/**
 * The bytes of a finished download.
 *
 * @typedef {object} Body
 * @property {number} size bytes
 * @property {() => Promise<ArrayBuffer>} arrayBuffer a buffer of the caller's own; to be called once
 * @property {(type: string) => Promise<Blob>} blob
 */

/**
 * @typedef {object} Download
 * @property {FileInfo | null} info
 * @property {Body} body valid from `complete` on
 * @property {() => void} pause stop downloading; what came, and the peers, stay: a later download of the same thing goes on from there
 * @property {() => void} leave stop, leave the swarm, free memory
 * @property {() => Downloader[]} downloaders
 * @property {(position: number, bytesPerSecond: number) => void} setPlayback the page needs `position` now and goes on at this rate
 */

/**
 * A peer that has been sent bytes of one resource.
 *
 * @typedef {object} Downloader
 * @property {number} id stays the same as long as the peer is connected
 * @property {number} uploaded bytes of the resource sent to it
 * @property {number} progress what it has of it, from wherever: 0 to 1, as it last said; 0 once it has left
 * @property {boolean} connected false: it has left
 */

/**
 * One engine a page and tracker.
 *
 * @typedef {object} Engine
 * @property {(options: DownloadOptions, sink: DownloadSink) => Download} download
 * @property {(file: Blob, options: {name: string, type: string}, sink: DownloadSink) => Download} share
 *   hashes and publishes a file; progress counts hashed bytes as loadedFS; complete = published
 * @property {(options: GlobalOptions) => void} setOptions
 */

/**
 * What is here of one resource, as `peer5.getAllLocalResources` tells it.
 *
 * @typedef {object} LocalResource
 * @property {number} fileSize bytes
 * @property {string} swarmId
 * @property {string} name '' if none is known
 * @property {string} url it came from, '' for a shared file
 * @property {number} numOfBlocks
 * @property {number} numOfBlocksDownloaded verified
 * @property {'play' | 'pause' | 'stop'} status
 */

/**
 * `peer5.setGlobalOptions`: only what is given is changed.
 *
 * @typedef {object} GlobalOptions
 * @property {string} [tracker] ws(s) URL of the tracker
 * @property {string} [token] admission token the tracker asks for
 * @property {Strategy} [strategy] of requests that name none
 * @property {RTCIceServer[]} [iceServers] instead of those the tracker names
 * @property {'all' | 'relay'} [iceTransportPolicy] 'relay' hides addresses from peers
 * @property {ChannelKind} [channel] data channel reliability; default UNORDERED_RELIABLE
 * @property {number} [maxPeers] connections, over all swarms; default 30, and up to 60 where
 *     each path carries little
 * @property {boolean} [inMemory] keep nothing in offline storage
 * @property {boolean} [spaceReqPrompt] ask for persistent storage
 * @property {number} [downLinkLimit] bytes a second, 0: none
 * @property {number} [upLinkLimit] bytes a second, 0: none
 * @property {boolean} [uploads] false: never send to peers
 * @property {(() => boolean | Promise<boolean>)} [consent] asked once before the first connection to a peer or tracker
 * @property {string} [wasmUrl] where peer5.wasm is (external builds)
 * @property {Scope} [scope] which requests P2P may touch
 */

/**
 * @typedef {object} Scope
 * @property {(string | RegExp)[]} [include] URL patterns (`*` matches anything); default: all
 * @property {(string | RegExp)[]} [exclude]
 * @property {number} [minSize] bytes; smaller responses never join a swarm
 */

export {};
