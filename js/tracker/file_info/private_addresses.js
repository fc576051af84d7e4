/**
 * Which addresses a tracker must not be talked into visiting: whoever controls
 * a host name controls what it resolves to, and could point it at the
 * operator's own network.
 *
 * @module
 */

import {BlockList, isIP} from 'node:net';
import {lookup as dnsLookup} from 'node:dns';
import {NotVouched} from './reasons.js';

/** Special-purpose blocks (IANA registries, RFC 6890) that aren't the public Internet. */
const IPV4_BLOCKS = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8],
  ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24],
  ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
];
const IPV6_BLOCKS = [
  ['::', 128], ['::1', 128], ['64:ff9b:1::', 48], ['100::', 64], ['2001::', 23],
  ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8],
];

const blocked = new BlockList();
for (const [net, bits] of IPV4_BLOCKS) blocked.addSubnet(String(net), Number(bits), 'ipv4');
for (const [net, bits] of IPV6_BLOCKS) blocked.addSubnet(String(net), Number(bits), 'ipv6');

/**
 * IPv6 forms that carry an IPv4 address: mapped (::ffff:0:0/96), compatible
 * (::/96) and NAT64 (64:ff9b::/96).
 *
 * @param {string} address canonical or not
 * @returns {string | null} the IPv4 address
 */
function embeddedV4(address) {
  const hextets = expandV6(address);
  const prefix = hextets.slice(0, 6).join(':');
  const carries = ['0:0:0:0:0:ffff', '0:0:0:0:0:0', '64:ff9b:0:0:0:0'].includes(prefix);
  if (!carries) return null;
  const [high, low] = hextets.slice(6).map((h) => parseInt(h, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * @param {string} address IPv6 in any valid spelling
 * @returns {string[]} eight hextets without leading zeros
 */
function expandV6(address) {
  // URL serialises IPv6 hosts canonically (WHATWG URL, host serializing).
  const host = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [head, tail] = host.split('::');
  const left = head ? head.split(':') : [];
  if (tail === undefined) return left;
  const right = tail ? tail.split(':') : [];
  return [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
}

/**
 * @param {string} address an IP address
 * @returns {boolean} whether it is not an ordinary public unicast address
 */
export function isPrivateAddress(address) {
  const family = isIP(address);
  if (family === 4) return blocked.check(address, 'ipv4');
  if (family !== 6) return true;
  const v4 = embeddedV4(address);
  if (v4 !== null && blocked.check(v4, 'ipv4')) return true;
  return blocked.check(address.replace(/%.*$/, ''), 'ipv6');
}

/**
 * For `http.request({lookup})`: resolves like dns.lookup, but refuses names
 * with any private address. The check is on the very addresses that will be
 * connected to, so a name can't change between check and use.
 *
 * @type {import('node:net').LookupFunction}
 */
export const publicLookup = (hostname, options, callback) => {
  dnsLookup(hostname, {...options, all: true}, (error, addresses) => {
    if (error) return callback(error, '');
    const bad = addresses.find(({address}) => isPrivateAddress(address));
    if (bad) {
      return callback(new NotVouched('unreachable',
          `${hostname} resolves to a private address; allow it for this origin if that is meant`), '');
    }
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0].address, addresses[0].family);
  });
};
