/**
 * Where a socket comes from.
 *
 * @module
 */

import {isIPv4, isIPv6} from 'node:net';

/**
 * @param {string} address
 * @returns {Uint8Array} 16 bytes, IPv4 mapped into IPv6; zeros if it is neither
 */
export function addressBytes(address) {
  const bytes = new Uint8Array(16);
  const plain = address.replace(/%.*$/, '');
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (v4 && isIPv4(v4)) {
    bytes.set([0xFF, 0xFF, ...v4.split('.').map(Number)], 10);
  } else if (isIPv6(plain)) {
    bytes.set(v6Bytes(plain));
  }
  return bytes;
}

/** @param {string} address */
function v6Bytes(address) {
  // URL writes an IPv6 host in its canonical form, without dotted parts.
  const host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [left, right] = host.split('::').map((side) => (side ? side.split(':') : []));
  const gap = right === undefined ? [] : Array(8 - left.length - right.length).fill('0');
  return [...left, ...gap, ...(right ?? [])].flatMap((hextet) => {
    const value = parseInt(hextet, 16);
    return [value >> 8, value & 255];
  });
}

/**
 * What limits by address count by: one IPv4 address, or one IPv6 /64, which a
 * single subscriber holds.
 *
 * @param {Uint8Array} bytes of addressBytes
 * @returns {string}
 */
export function limitKey(bytes) {
  const mapped = bytes[10] === 0xFF && bytes[11] === 0xFF && bytes.subarray(0, 10).every((b) => b === 0);
  return Buffer.from(mapped ? bytes.subarray(12) : bytes.subarray(0, 8)).toString('hex');
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {boolean} trustProxy
 * @returns {string}
 */
export function clientAddress(request, trustProxy) {
  const direct = request.socket.remoteAddress ?? '';
  if (!trustProxy) return direct;
  // The last one is what our own proxy has seen; those before are hearsay.
  const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',').at(-1)?.trim();
  return forwarded || direct;
}
