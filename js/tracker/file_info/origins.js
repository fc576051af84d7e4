/**
 * The origins whose resources this tracker vouches for: nothing else is ever
 * fetched.
 *
 * @module
 */

import {isIP} from 'node:net';
import {resolve} from 'node:path';

/**
 * @typedef {object} Origin
 * @property {string} href origin and path prefix, as configured
 * @property {string} origin `https://host:port`
 * @property {string} prefix path that every resource starts with, ends with '/'
 * @property {string | null} dir directory its files are read from
 * @property {boolean} allowPrivate it may resolve to a private address
 */

/** URLs longer than this are refused; browsers and servers rarely take longer ones. */
export const MAX_URL_LENGTH = 2048;

/** @param {string} host as URL.hostname gives it */
function namesPrivateHost(host) {
  return host === 'localhost' || host.endsWith('.localhost') || isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}

/**
 * @param {string | import('../types.js').OriginOptions} given
 * @returns {Origin}
 */
function parseOrigin(given) {
  const options = typeof given === 'string' ? {url: given} : given;
  let url;
  try {
    url = new URL(options.url);
  } catch {
    throw new TypeError(`origin "${options.url}" is not a URL; write it like https://cdn.example`);
  }
  if (!['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash) {
    throw new TypeError(`origin "${options.url}" must be http(s)://host[:port][/path] and nothing more`);
  }
  return {
    href: url.href,
    origin: url.origin,
    prefix: url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
    dir: options.dir ? resolve(options.dir) : null,
    allowPrivate: options.allowPrivate ?? namesPrivateHost(url.hostname),
  };
}

export class Origins {
  /** @param {(string | import('../types.js').OriginOptions)[]} list */
  constructor(list) {
    /** The longest prefix first, so that the first match is the nearest. */
    this.list = list.map(parseOrigin).sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /**
   * @param {string} href what a client, or a redirect, named
   * @returns {{url: URL, origin: Origin} | null} null: not ours to look at
   */
  match(href) {
    if (href.length > MAX_URL_LENGTH) return null;
    let url;
    try {
      url = new URL(href);
    } catch {
      return null;
    }
    if (url.username || url.password) return null;
    url.hash = '';
    const origin = this.list.find((o) => o.origin === url.origin && url.pathname.startsWith(o.prefix));
    return origin ? {url, origin} : null;
  }
}
