/**
 * The core's figures for the operator, out of the bytes that wasm/tracker.cc
 * describes.
 *
 * @module
 */

/** By BrowserVendor of core/wire. */
const VENDORS = ['unknown', 'Chromium', 'Firefox', 'Safari', 'other'];
/** By CandidateType of core/tracker. */
const CANDIDATES = /** @type {const} */ (['none', 'host', 'srflx', 'relay']);
/** By SwarmView::EdgeState. */
const EDGE_STATES = /** @type {const} */ (['open', 'connecting', 'failed', 'introduced']);

/**
 * @typedef {object} SwarmSummary
 * @property {string} id hex
 * @property {number} peers
 * @property {number} seeders
 * @property {number} completed downloads
 * @property {number} bytesHTTP
 * @property {number} bytesP2P
 * @property {boolean} known its FileInfo is
 * @property {number} size bytes
 * @property {string} origin URL
 * @property {string} name
 */

/**
 * @typedef {object} MemberView
 * @property {string} key tells members apart, and says nothing else of them
 * @property {string} browser
 * @property {string} country two letters, or ''
 * @property {number} asn 0: unknown
 * @property {boolean} seeder
 * @property {boolean} uploads
 * @property {boolean} metered on a mobile plan, or told to save data
 * @property {boolean} elsewhere its socket is at another instance of the tracker
 * @property {boolean} reported since somebody began to look; else rates and blocks are 0
 * @property {number} obtainable the most that any one other has and it lacks, a part of the resource
 * @property {number} downRate bytes a second
 * @property {number} upRate
 * @property {number} blocks held, of
 * @property {number} blockCount
 * @property {number} bytesHTTP
 * @property {number} bytesP2P
 * @property {number} bytesStored
 * @property {number} bytesUploaded
 */

/**
 * @typedef {object} EdgeView
 * @property {number} a position in members
 * @property {number} b
 * @property {'open' | 'connecting' | 'failed' | 'introduced'} state
 * @property {number} bytesAB from a to b
 * @property {number} bytesBA
 * @property {number} rttMs
 */

/**
 * @typedef {object} SwarmView
 * @property {SwarmSummary} swarm
 * @property {number} present members at all instances
 * @property {MemberView[]} members up to 200 of them
 * @property {EdgeView[]} edges up to 1000, the open ones first
 * @property {number} edgesLeftOut
 */

/**
 * @typedef {{a: string, b: string, connected: number, failed: number}} PairTally
 * @typedef {{country: string, asn: number, clients: number, bytesHTTP: number, bytesP2P: number, connected: number,
 *   failed: number}} PlaceFigures
 * @typedef {{browsers: PairTally[], candidates: PairTally[], places: PlaceFigures[]}} ConnectFigures
 */

class Reader {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  /** @param {number} size */
  #advance(size) {
    this.at += size;
    return this.at - size;
  }

  u8() {
    return this.bytes.readUInt8(this.#advance(1));
  }

  u16() {
    return this.bytes.readUInt16BE(this.#advance(2));
  }

  u32() {
    return this.bytes.readUInt32BE(this.#advance(4));
  }

  u64() {
    return Number(this.bytes.readBigUInt64BE(this.#advance(8)));
  }

  /** @param {number} size */
  hex(size) {
    const at = this.#advance(size);
    return this.bytes.toString('hex', at, at + size);
  }

  text() {
    const size = this.u16();
    const at = this.#advance(size);
    return this.bytes.toString('utf8', at, at + size);
  }

  /** A u32 count, then so many. @template T @param {() => T} read @returns {T[]} */
  list(read) {
    return Array.from({length: this.u32()}, read);
  }
}

/** @param {Reader} reader @returns {SwarmSummary} */
function readSummary(reader) {
  return {
    id: reader.hex(32),
    peers: reader.u32(),
    seeders: reader.u32(),
    completed: reader.u64(),
    bytesHTTP: reader.u64(),
    bytesP2P: reader.u64(),
    known: reader.u8() === 1,
    size: reader.u64(),
    origin: reader.text(),
    name: reader.text(),
  };
}

/** @param {Reader} reader */
function readCountry(reader) {
  const number = reader.u16();
  return number === 0 ? '' : String.fromCharCode(number >> 8, number & 0xFF);
}

/** @param {Reader} reader @returns {MemberView} */
function readMember(reader) {
  const key = reader.hex(4);
  const vendor = VENDORS[reader.u8()] ?? VENDORS[0];
  const version = reader.u16();
  const country = readCountry(reader);
  const asn = reader.u32();
  const flags = reader.u8();
  return {
    key,
    browser: version > 0 ? `${vendor} ${version}` : vendor,
    country,
    asn,
    seeder: (flags & 1) !== 0,
    uploads: (flags & 2) !== 0,
    metered: (flags & 4) !== 0,
    elsewhere: (flags & 8) !== 0,
    reported: (flags & 16) !== 0,
    obtainable: reader.u16() / 1000,
    downRate: reader.u32(),
    upRate: reader.u32(),
    blocks: reader.u32(),
    blockCount: reader.u32(),
    bytesHTTP: reader.u64(),
    bytesP2P: reader.u64(),
    bytesStored: reader.u64(),
    bytesUploaded: reader.u64(),
  };
}

/** @param {Reader} reader @returns {EdgeView} */
function readEdge(reader) {
  return {
    a: reader.u32(),
    b: reader.u32(),
    state: EDGE_STATES[reader.u8()],
    bytesAB: reader.u32(),
    bytesBA: reader.u32(),
    rttMs: reader.u16(),
  };
}

/** @param {Buffer} bytes of LargestSwarms @returns {SwarmSummary[]} */
export function readSummaries(bytes) {
  const reader = new Reader(bytes);
  const swarms = [];
  while (reader.left > 0) swarms.push(readSummary(reader));
  return swarms;
}

/** @param {Buffer} bytes of LookAtSwarm @returns {SwarmView | null} null: there is no such swarm */
export function readView(bytes) {
  if (bytes.length === 0) return null;
  const reader = new Reader(bytes);
  const swarm = readSummary(reader);
  const present = reader.u32();
  const edgesLeftOut = reader.u32();
  const members = reader.list(() => readMember(reader));
  return {swarm, present, members, edges: reader.list(() => readEdge(reader)), edgesLeftOut};
}

/** @param {Buffer} bytes of Connects @returns {ConnectFigures} without pairs that nobody has tried */
export function readConnects(bytes) {
  const reader = new Reader(bytes);
  /** @param {readonly string[]} names */
  const pairs = (names) => reader.list(() => ({
    a: names[reader.u8()] ?? names[0],
    b: names[reader.u8()] ?? names[0],
    connected: reader.u64(),
    failed: reader.u64(),
  })).filter(({connected, failed}) => connected + failed > 0);
  return {
    browsers: pairs(VENDORS),
    candidates: pairs(CANDIDATES),
    places: reader.list(() => ({
      country: readCountry(reader),
      asn: reader.u32(),
      clients: reader.u32(),
      bytesHTTP: reader.u64(),
      bytesP2P: reader.u64(),
      connected: reader.u64(),
      failed: reader.u64(),
    })),
  };
}
