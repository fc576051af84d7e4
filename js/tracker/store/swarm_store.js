/**
 * What several instances of the tracker share, as each of them sees it. Types
 * only; RedisStore is the implementation. One instance alone needs none: all
 * that it knows is in its own memory.
 *
 * Ids are raw bytes: a swarm's 32, a client's 8. Records are the core's
 * PeerRecord, messages its own; a store looks into neither.
 *
 * @module
 */

/**
 * @typedef {object} FoundMember
 * @property {string} instance where its socket is
 * @property {Buffer} record
 */

/**
 * @typedef {object} FoundSwarm
 * @property {number} peers at other instances
 * @property {number} completed downloads, over all instances
 * @property {Buffer | null} info FileInfo message
 * @property {FoundMember[]} members some of the peers, drawn at random
 */

/**
 * @typedef {object} StoreHandlers
 * @property {(instance: string, message: Buffer) => void} message from another instance
 * @property {() => void} returned the store was away and may have forgotten everything
 */

/**
 * All promises but that of `open` reject when the store can't be reached; what
 * was to be kept is to be given again after `returned`.
 *
 * @typedef {object} SwarmStore
 * @property {(handlers: StoreHandlers) => Promise<void>} open
 * @property {(swarm: Buffer, client: Buffer, record: Buffer) => Promise<void>} announce for LEASE_MS; then again
 * @property {(swarm: Buffer, client: Buffer) => Promise<void>} withdraw what this instance has announced
 * @property {(swarm: Buffer, own: number) => Promise<FoundSwarm>} find own: members that this instance has announced
 * @property {(swarm: Buffer, message: Buffer) => Promise<void>} keepInfo
 * @property {(swarm: Buffer) => Promise<void>} countCompleted
 * @property {(instance: string, message: Buffer) => Promise<boolean>} send false: that instance is gone
 * @property {(url: string) => Promise<Buffer | null>} getHashes what another instance has hashed
 * @property {(url: string, entry: Buffer) => Promise<void>} putHashes
 * @property {() => Promise<void>} close
 */

/** An announcement holds for so long: then its instance is taken to be dead. */
export const LEASE_MS = 20_000;
/** The largest sample of a swarm that an instance asks for: the matcher chooses among all of it. */
export const SAMPLE_SIZE = 200;
