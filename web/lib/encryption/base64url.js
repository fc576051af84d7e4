/** RFC 4648, section 5, without padding: bytes as they stand in links. */

/** @param {Uint8Array} bytes */
export function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * @param {string} text
 * @param {number} length bytes that it must be
 * @returns {Uint8Array<ArrayBuffer> | null} null if it is not
 */
export function fromBase64url(text, length) {
  if (!/^[\w-]*$/.test(text)) return null;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return binary.length === length ? Uint8Array.from(binary, char => char.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}
