/**
 * What the operator's page is told.
 *
 * @module
 */

import {csvOf} from './csv.js';
import {Refusals} from './refusals.js';
import {shareOf, whyLow} from './why.js';

const SHOWN_SWARMS = 50;
const SHOWN_PLACES = 50;
/** Remembered; the oldest are forgotten first. */
const MAX_WITHOUT_RANGES = 1000;

const SWARM_COLUMNS = ['id', 'name', 'origin', 'size', 'peers', 'seeders', 'completed', 'bytesHTTP', 'bytesP2P',
  'share', 'why'];
const MEMBER_COLUMNS = ['key', 'browser', 'country', 'asn', 'seeder', 'uploads', 'metered', 'elsewhere', 'reported',
  'blocks', 'blockCount', 'downRate', 'upRate', 'bytesHTTP', 'bytesP2P', 'bytesStored', 'bytesUploaded', 'connections'];

/** @typedef {{code: string, text: string}[]} Findings */

export class Figures {
  /**
   * @param {object} sources
   * @param {() => import('../core.js').TrackerCore | null} sources.core null when there is none any more
   * @param {() => import('../types.js').TrackerStats} sources.stats
   * @param {() => Promise<{what: string, reason: string, count: number}[]>} sources.problems
   * @param {{turn: boolean, stun: boolean}} sources.servers that clients are told of
   */
  constructor({core, stats, problems, servers}) {
    this.core = core;
    this.stats = stats;
    this.problems = problems;
    this.servers = servers;
    this.refusals = new Refusals();
    /** URLs whose origin does not offer byte ranges. @type {Set<string>} */
    this.withoutRanges = new Set();
  }

  /** @param {string} url @param {import('../file_info/http_source.js').Sighting} sighting */
  vouched(url, {ranges}) {
    this.refusals.forget(url);
    this.withoutRanges.delete(url);
    if (ranges !== false) return;
    this.withoutRanges.add(url);
    const [oldest] = this.withoutRanges;
    if (this.withoutRanges.size > MAX_WITHOUT_RANGES) this.withoutRanges.delete(oldest);
  }

  /** Of all. */
  async all() {
    const core = this.core();
    return {
      at: Date.now(),
      stats: this.stats(),
      servers: this.servers,
      problems: await this.problems(),
      swarms: (core?.largestSwarms(SHOWN_SWARMS) ?? []).map((swarm) => ({...swarm, why: whyLow(this.#facts(swarm))})),
      unshared: this.refusals.list().map((refusal) => ({
        ...refusal,
        why: whyLow({peers: 0, seeders: 0, bytesHTTP: 0, bytesP2P: 0, known: false, refused: refusal})[0].text,
      })),
      connects: core?.connects(SHOWN_PLACES) ?? {browsers: [], candidates: [], places: []},
    };
  }

  /** Of one, which its members' reports are kept of from now on. @param {string} id hex */
  async swarm(id) {
    const view = this.core()?.lookAtSwarm(Buffer.from(id, 'hex')) ?? null;
    if (!view) return null;
    const {members, edges} = view;
    return {at: Date.now(), ...view, why: whyLow({...this.#facts(view.swarm), members, edges})};
  }

  /** @param {import('../core_figures.js').SwarmSummary} swarm */
  #facts(swarm) {
    const {origin} = swarm;
    return {
      ...swarm, ...this.servers,
      ranges: !this.withoutRanges.has(origin),
      refused: origin ? this.refusals.of(origin) : null,
    };
  }
}

/** @param {Awaited<ReturnType<Figures['all']>>} figures */
export function swarmsCsv({swarms}) {
  return csvOf(SWARM_COLUMNS, swarms.map((swarm) => ({
    ...swarm, share: shareOf(swarm)?.toFixed(3) ?? '', why: swarm.why.map(({text}) => text).join(' '),
  })));
}

/** @param {NonNullable<Awaited<ReturnType<Figures['swarm']>>>} view */
export function membersCsv({members, edges}) {
  const connections = members.map(() => 0);
  for (const {a, b, state} of edges) {
    if (state !== 'open') continue;
    ++connections[a];
    ++connections[b];
  }
  return csvOf(MEMBER_COLUMNS, members.map((member, at) => ({...member, connections: connections[at]})));
}
