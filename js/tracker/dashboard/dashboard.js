/**
 * The operator's page: static files that say nothing, and the figures for who
 * has the token. The token is in the page's fragment, which no server or log
 * sees, and goes with each request for figures in a header.
 *
 *   /dashboard                  the page
 *   /dashboard/figures          of all, as JSON
 *   /dashboard/swarms.csv       the swarms among them
 *   /dashboard/swarm/ID         of one swarm (hex), as JSON
 *   /dashboard/swarm/ID.csv     its members
 *
 * @module
 */

import {timingSafeEqual} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {membersCsv, swarmsCsv} from './figures.js';

/** Figures are made at most so often, however many look. */
const FRESH_MS = 1000;
/** As many swarms as the core watches, and the figures of all. */
const MAX_KEPT = 5;

/** @param {string} name @param {string} type */
const file = (name, type) => ({type, bytes: readFileSync(new URL(name, import.meta.url))});

const SCRIPT = 'text/javascript; charset=utf-8';
const FILES = new Map([
  ['/dashboard', file('page.html', 'text/html; charset=utf-8')],
  ['/dashboard/page.js', file('page.js', SCRIPT)],
  ['/dashboard/swarm_page.js', file('swarm_page.js', SCRIPT)],
  ['/dashboard/mesh.js', file('mesh.js', SCRIPT)],
  ['/dashboard/elements.js', file('elements.js', SCRIPT)],
  ['/dashboard/page.css', file('page.css', 'text/css; charset=utf-8')],
]);

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv; charset=utf-8';

/** Nothing from elsewhere, nowhere else. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; img-src data:; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** @typedef {import('./figures.js').Figures} Figures */

export class Dashboard {
  /**
   * @param {string} token
   * @param {Figures} figures
   */
  constructor(token, figures) {
    this.expected = Buffer.from(`Bearer ${token}`);
    this.figures = figures;
    /** By what they are of, the oldest first. @type {Map<string, {at: number, made: Promise<any>}>} */
    this.kept = new Map();
  }

  /**
   * @param {string} path
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @returns {boolean} false: not ours
   */
  handle(path, request, response) {
    const asset = FILES.get(path);
    if (asset) {
      response.writeHead(200, {...HEADERS, 'content-type': asset.type});
      response.end(asset.bytes);
      return true;
    }
    const answer = this.#answerTo(path);
    if (!answer) return false;
    if (!this.#admits(request.headers.authorization ?? '')) {
      response.writeHead(401, {...HEADERS, 'www-authenticate': 'Bearer', 'content-type': 'text/plain'});
      response.end('The token is missing or wrong.\n');
      return true;
    }
    answer.make().then((text) => {
      response.writeHead(text === null ? 404 : 200,
        {...HEADERS, 'content-type': text === null ? 'text/plain' : answer.type});
      response.end(text ?? 'There is no such swarm, or not any more.\n');
    }, () => response.destroy());
    return true;
  }

  /**
   * @param {string} path
   * @returns {{type: string, make: () => Promise<string | null>} | null}
   */
  #answerTo(path) {
    const all = () => this.#fresh('', () => this.figures.all());
    if (path === '/dashboard/figures') return {type: JSON_TYPE, make: async () => JSON.stringify(await all())};
    if (path === '/dashboard/swarms.csv') return {type: CSV_TYPE, make: async () => swarmsCsv(await all())};
    const [, id, csv] = /^\/dashboard\/swarm\/([0-9a-f]{64})(\.csv)?$/.exec(path) ?? [];
    if (!id) return null;
    const write = csv ? membersCsv : JSON.stringify;
    return {
      type: csv ? CSV_TYPE : JSON_TYPE,
      make: async () => {
        const view = await this.#fresh(id, () => this.figures.swarm(id));
        return view && write(view);
      },
    };
  }

  /** @param {string} given */
  #admits(given) {
    const bytes = Buffer.from(given);
    return bytes.length === this.expected.length && timingSafeEqual(bytes, this.expected);
  }

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} make
   * @returns {Promise<T>}
   */
  #fresh(key, make) {
    const now = performance.now();
    const known = this.kept.get(key);
    if (known && now - known.at < FRESH_MS) return known.made;
    const made = make();
    this.kept.delete(key);
    this.kept.set(key, {at: now, made});
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT) this.kept.delete(oldest);
    return made;
  }
}
