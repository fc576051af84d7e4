/**
 * What the page's browser and network are, as the tracker wants to know it.
 *
 * @module
 */

/** BrowserVendor of core/wire/client_hello.h. */
export const FIREFOX = 2;

/** By what a user agent says. */
const VENDORS = /** @type {const} */ ([
  [FIREFOX, /Firefox\/(\d+)/],
  [1, /Chrom(?:e|ium)\/(\d+)/],
  [3, /Version\/(\d+).* Safari\//],
]);

/** @returns {{vendor: number, version: number}} */
export function browser() {
  const agent = globalThis.navigator?.userAgent ?? '';
  for (const [vendor, pattern] of VENDORS) {
    const version = pattern.exec(agent)?.[1];
    if (version) return {vendor, version: Number(version)};
  }
  return {vendor: 0, version: 0};
}

/** The Network Information API, where a browser has it. */
export const network = {
  state() {
    const connection = /** @type {any} */ (globalThis.navigator)?.connection;
    return {
      cellular: connection?.type === 'cellular',
      saveData: connection?.saveData === true,
    };
  },
  /** @param {() => void} listener */
  onchange(listener) {
    const connection = /** @type {any} */ (globalThis.navigator)?.connection;
    connection?.addEventListener?.('change', listener);
  },
};
