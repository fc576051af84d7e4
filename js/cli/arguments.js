/**
 * Values of options that are more than text.
 *
 * @module
 */

import {InvalidArgumentError} from 'commander';

const UNITS = {'': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40};

/**
 * @param {string} text `800`, `64k`, `1M`, `64GiB`
 * @returns {number} bytes
 */
export function bytes(text) {
  const match = /^(\d+)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  if (!match) throw new InvalidArgumentError('expected bytes, like 800, 64k, 1M or 2G (powers of 1024).');
  return Number(match[1]) * UNITS[/** @type {keyof typeof UNITS} */ (match[2].toLowerCase())];
}

/** @param {number} least @returns {(text: string) => number} */
export function number(least) {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least) {
      throw new InvalidArgumentError(`expected a number of at least ${least}.`);
    }
    return value;
  };
}

/**
 * For options that may be given several times.
 *
 * @template T
 * @param {(text: string) => T} [parse]
 * @returns {(text: string, before: T[] | undefined) => T[]}
 */
export function list(parse = (text) => /** @type {T} */ (text)) {
  return (text, before) => [...before ?? [], parse(text)];
}

/**
 * @param {string} text `URL` or `URL=DIR`
 * @returns {import('../tracker/types.js').OriginOptions}
 */
export function origin(text) {
  // A URL's own '=' can only come in a query, which an origin doesn't have.
  const at = text.indexOf('=');
  return at < 0 ? {url: text} : {url: text.slice(0, at), dir: text.slice(at + 1)};
}
