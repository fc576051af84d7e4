/**
 * Time-limited TURN credentials, as coturn's `use-auth-secret` takes them (the
 * "REST API for access to TURN services" draft): the user name is the expiry,
 * the password its HMAC-SHA1.
 *
 * @module
 */

import {createHmac} from 'node:crypto';

/**
 * @param {import('./types.js').TurnOptions} turn
 * @param {number} [now] seconds since 1970
 * @returns {{urls: string[], username: string, credential: string}}
 */
export function turnServer({urls, secret, ttl = 3600}, now = Date.now() / 1000) {
  const username = `${Math.floor(now + ttl)}:peer5`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return {urls, username, credential};
}
