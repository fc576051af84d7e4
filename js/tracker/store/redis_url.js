/**
 * How a Redis is named: `redis://user:password@host:port`, or for a Cluster
 * `redis-cluster://user:password@host:port,host:port` with some of its nodes;
 * `rediss` instead of `redis` with TLS.
 *
 * @module
 */

const SERVER = /^rediss?:\/\//;
const CLUSTER = /^(rediss?)-cluster:\/\/([^@/]*@)?([^@/]+)$/;

/** @param {string} url */
export const isRedisUrl = (url) => SERVER.test(url) || CLUSTER.test(url);

/**
 * @param {string} url
 * @returns {string[] | null} the nodes of a Cluster as URLs, each with the
 *   credentials; null: it is one server
 */
export function clusterNodes(url) {
  const parts = CLUSTER.exec(url);
  if (!parts) return null;
  const [, scheme, user = '', hosts] = parts;
  return hosts.split(',').map(host => `${scheme}://${user}${host}`);
}
