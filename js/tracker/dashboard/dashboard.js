/**
 * The operator's page: static files that say nothing, and the figures for who
 * has the token. The token is in the page's fragment, which no server or log
 * sees, and goes with each request for figures in a header.
 *
 * @module
 */

import {timingSafeEqual} from 'node:crypto';
import {readFileSync} from 'node:fs';

/** Figures are made at most so often, however many look. */
const FRESH_MS = 1000;

/** @param {string} name @param {string} type */
const file = (name, type) => ({type, bytes: readFileSync(new URL(name, import.meta.url))});

const FILES = new Map([
  ['/dashboard', file('page.html', 'text/html; charset=utf-8')],
  ['/dashboard/page.js', file('page.js', 'text/javascript; charset=utf-8')],
  ['/dashboard/page.css', file('page.css', 'text/css; charset=utf-8')],
]);

/** Nothing from elsewhere, nowhere else. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export class Dashboard {
  /**
   * @param {string} token
   * @param {() => Promise<object>} snapshot
   */
  constructor(token, snapshot) {
    this.expected = Buffer.from(`Bearer ${token}`);
    this.snapshot = snapshot;
    /** @type {Promise<string> | null} */
    this.latest = null;
    this.latestAt = -Infinity;
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
    if (path !== '/dashboard/figures') return false;
    if (!this.#admits(request.headers.authorization ?? '')) {
      response.writeHead(401, {...HEADERS, 'www-authenticate': 'Bearer', 'content-type': 'text/plain'});
      response.end('The token is missing or wrong.\n');
      return true;
    }
    this.#figures().then((text) => {
      response.writeHead(200, {...HEADERS, 'content-type': 'application/json'});
      response.end(text);
    }, () => response.destroy());
    return true;
  }

  /** @param {string} given */
  #admits(given) {
    const bytes = Buffer.from(given);
    return bytes.length === this.expected.length && timingSafeEqual(bytes, this.expected);
  }

  #figures() {
    const now = performance.now();
    if (!this.latest || now - this.latestAt >= FRESH_MS) {
      this.latest = this.snapshot().then((figures) => JSON.stringify(figures));
      this.latestAt = now;
    }
    return this.latest;
  }
}
