/** The SHA-256 of what was downloaded, to compare with the other window's. */

/** crypto.subtle wants all of it in memory at once. */
const MOST_BYTES = 2 ** 30;

/** @param {string} url an object URL @returns {Promise<string>} a line to show */
export async function describeHash(url) {
  if (!globalThis.crypto?.subtle) return 'SHA-256: browsers compute it on https pages and localhost only';
  const blob = await (await fetch(url)).blob();
  if (blob.size > MOST_BYTES) return 'SHA-256: not computed here for files of more than 1 GiB';
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  const hex = [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0'));
  return `SHA-256 ${hex.join('')}`;
}
