/**
 * Figures in Prometheus' text format.
 *
 * @module
 */

import {Counter, Gauge, Histogram, Registry, collectDefaultMetrics} from 'prom-client';

/** What the core counts: name there, metric, kind, help. */
const CORE_FIGURES = /** @type {const} */ ([
  ['sockets', 'peer5_sockets', 'gauge', 'Open WebSockets that have been accepted'],
  ['clients', 'peer5_clients', 'gauge', 'Clients known, those about to reconnect included'],
  ['swarms', 'peer5_swarms', 'gauge', 'Swarms'],
  ['members', 'peer5_swarm_members', 'gauge', 'Memberships over all swarms'],
  ['joins', 'peer5_joins_total', 'counter', 'Joins that were accepted'],
  ['matches', 'peer5_matches_total', 'counter', 'Pairs of clients introduced'],
  ['relayed', 'peer5_relayed_total', 'counter', 'Session descriptions and candidates passed on'],
  ['completed', 'peer5_completed_downloads_total', 'counter', 'Downloads reported complete'],
  ['refused', 'peer5_refused_total', 'counter', 'Messages dropped or refused'],
  ['bytesHTTP', 'peer5_reported_http_bytes_total', 'counter', 'Verified bytes that clients got by HTTP'],
  ['bytesP2P', 'peer5_reported_peer_bytes_total', 'counter', 'Verified bytes that clients got from peers'],
  ['bytesStored', 'peer5_reported_stored_bytes_total', 'counter', 'Verified bytes that clients had stored'],
]);

export class Metrics {
  /**
   * @param {(name: string) => number} stat of the core
   * @param {() => {hashed: number, hashing: number, waiting: number}} fileInfo
   */
  constructor(stat, fileInfo) {
    this.registry = new Registry();
    const registers = [this.registry];
    collectDefaultMetrics({register: this.registry});
    for (const [name, metric, kind, help] of CORE_FIGURES) {
      this.#collected(kind, metric, help, () => stat(name));
    }
    this.#collected('counter', 'peer5_resources_hashed_total', 'Resources hashed', () => fileInfo().hashed);
    this.#collected('gauge', 'peer5_resources_hashing', 'Resources being hashed', () => fileInfo().hashing);
    this.#collected('gauge', 'peer5_resources_waiting', 'Resources waiting to be hashed', () => fileInfo().waiting);
    this.rejected = new Counter({
      name: 'peer5_sockets_rejected_total', help: 'WebSocket handshakes refused', labelNames: ['reason'], registers,
    });
    this.closed = new Counter({
      name: 'peer5_sockets_closed_total', help: 'Sockets that the tracker closed', labelNames: ['reason'], registers,
    });
    this.notVouched = new Counter({
      name: 'peer5_not_vouched_total', help: 'Joins by URL without FileInfo', labelNames: ['reason'], registers,
    });
    this.messageSeconds = new Histogram({
      name: 'peer5_message_seconds', help: 'Time to handle one message of a client, answers included; of every sixteenth', registers,
      buckets: [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05],
    });
  }

  /**
   * A figure that is read when it is asked for.
   *
   * @param {'gauge' | 'counter'} kind
   * @param {string} name
   * @param {string} help
   * @param {() => number} read
   */
  #collected(kind, name, help, read) {
    const registers = [this.registry];
    if (kind === 'gauge') {
      new Gauge({name, help, registers, collect() {
        this.set(read());
      }});
      return;
    }
    new Counter({name, help, registers, collect() {
      this.reset();
      this.inc(read());
    }});
  }

  /** @returns {Promise<{what: string, reason: string, count: number}[]>} what has been refused, and why */
  async problems() {
    const kinds = {
      'handshake refused': this.rejected, 'socket closed': this.closed, 'resource not vouched for': this.notVouched,
    };
    const found = await Promise.all(Object.entries(kinds).map(async ([what, counter]) => {
      const {values} = await counter.get();
      return values.map(({labels, value}) => ({what, reason: String(labels.reason), count: value}));
    }));
    return found.flat().sort((a, b) => b.count - a.count);
  }

  /** @param {import('node:http').ServerResponse} response */
  async writeTo(response) {
    const text = await this.registry.metrics();
    response.writeHead(200, {'content-type': this.registry.contentType, 'cache-control': 'no-store'});
    response.end(text);
  }
}
