/**
 * Network operator and country of an address, from MaxMind-format files that
 * the operator brings. Without one, matching goes by address prefixes.
 *
 * @module
 */

/**
 * @typedef {(address: string) => {asn: number, country: number}} Locate zeros where nothing is known
 */

/**
 * @param {string | undefined} files comma-separated paths
 * @returns {Promise<Locate>}
 */
export async function openGeoDatabase(files) {
  if (!files) return () => ({asn: 0, country: 0});
  const {open} = await import('maxmind');
  const readers = await Promise.all(files.split(',').map((file) => open(file.trim())));
  return (address) => {
    let asn = 0;
    let country = 0;
    for (const reader of readers) {
      const found = /** @type {any} */ (lookUp(reader, address));
      asn ||= found?.autonomous_system_number ?? found?.traits?.autonomous_system_number ?? 0;
      country ||= countryNumber(found?.country?.iso_code ?? '');
    }
    return {asn, country};
  };
}

/** @param {any} reader @param {string} address */
function lookUp(reader, address) {
  try {
    return reader.get(address.replace(/^::ffff:/i, ''));
  } catch {
    // Not an address that the file can hold (IPv6 in a file for IPv4).
    return null;
  }
}

/** @param {string} iso two letters */
function countryNumber(iso) {
  return /^[A-Z]{2}$/.test(iso) ? iso.charCodeAt(0) << 8 | iso.charCodeAt(1) : 0;
}
