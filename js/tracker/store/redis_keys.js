/**
 * What is kept where in Redis:
 *
 *   key or channel                what                                  expires
 *   peer5:{SWARM}:members   hash  client → lease, instance, record      LEASE_MS
 *   peer5:{SWARM}:info            FileInfo message                      INFO_MS
 *   peer5:{SWARM}:completed       count                                 INFO_MS
 *   peer5:{URL's digest}:hashes   what was hashed of the URL            INFO_MS
 *   peer5:instance:ID             messages for that instance
 *
 * What stands in braces decides the slot of a Cluster where a key is kept (its
 * hash tag), so that all of a swarm is at one node.
 *
 * @module
 */

import {createHash} from 'node:crypto';

/** FileInfo of a swarm outlives its members by this; hashes are asked the origin about anyway. */
export const INFO_MS = 3_600_000;

/** @param {Buffer} swarm @param {'members' | 'info' | 'completed'} what */
export const keyOf = (swarm, what) => `peer5:{${swarm.toString('hex')}}:${what}`;

/** @param {string} url */
export const hashesKey = (url) => `peer5:{${createHash('sha256').update(url).digest('hex')}}:hashes`;

/** @param {string} instance */
export const channelOf = (instance) => `peer5:instance:${instance}`;
