/**
 * Admission tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA256, so that
 * a site's own server can mint them with any JWT library.
 *
 * @module
 */

import {createHmac, timingSafeEqual} from 'node:crypto';

/** Longer ones are refused unread. */
const MAX_TOKEN_LENGTH = 2048;

/** @param {string} text @param {string} secret */
function sign(text, secret) {
  return createHmac('sha256', secret).update(text).digest();
}

/** @param {object} value */
function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * @param {string} secret
 * @param {{ttl: number, now?: number}} options seconds that it is good for; `now` in seconds since 1970
 * @returns {string}
 */
export function mintToken(secret, {ttl, now = Date.now() / 1000}) {
  const body = `${encode({alg: 'HS256', typ: 'JWT'})}.${encode({exp: Math.floor(now + ttl)})}`;
  return `${body}.${sign(body, secret).toString('base64url')}`;
}

/**
 * @param {string} token
 * @param {string} secret
 * @param {number} [now] seconds since 1970
 * @returns {boolean} whether we signed it and it has not expired
 */
export function isGoodToken(token, secret, now = Date.now() / 1000) {
  if (token.length > MAX_TOKEN_LENGTH) return false;
  const parts = token.split('.');
  if (parts.length !== 3) return false;
  const given = Buffer.from(parts[2], 'base64url');
  const right = sign(`${parts[0]}.${parts[1]}`, secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
  try {
    const header = JSON.parse(Buffer.from(parts[0], 'base64url').toString());
    const {exp, nbf = 0} = JSON.parse(Buffer.from(parts[1], 'base64url').toString());
    // Without an expiry a leaked token would be good for ever.
    return header.alg === 'HS256' && typeof exp === 'number' && nbf <= now && now < exp;
  } catch {
    return false;
  }
}
