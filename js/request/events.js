/**
 * The events that a request served by peers fires.
 *
 * Progress events are plain ProgressEvents with three properties more, so that
 * code which looks at their class or prototype sees what it always saw.
 *
 * @module
 */

/**
 * @typedef {object} Sources
 * @property {number} loadedHTTP bytes
 * @property {number} loadedP2P bytes
 * @property {number} loadedFS bytes
 */

/** @type {Readonly<Sources>} */
export const NOTHING = Object.freeze({loadedHTTP: 0, loadedP2P: 0, loadedFS: 0});

/** @param {Sources} sources */
export function sumOf({loadedHTTP, loadedP2P, loadedFS}) {
  return loadedHTTP + loadedP2P + loadedFS;
}

/**
 * https://xhr.spec.whatwg.org/#firing-events-using-the-progressevent-interface
 *
 * @param {string} type
 * @param {Sources} sources
 * @param {number} total bytes; 0 or less: unknown
 * @param {Error} [error]
 */
export function progressEvent(type, sources, total, error) {
  const {loadedHTTP, loadedP2P, loadedFS} = sources;
  const event = new ProgressEvent(type, {
    loaded: sumOf(sources), total: Math.max(total, 0), lengthComputable: total > 0,
  });
  return Object.assign(event, {loadedHTTP, loadedP2P, loadedFS}, error && {error});
}

/**
 * Gives a native progress event the members that ours have: all by HTTP.
 *
 * @param {ProgressEvent} event
 * @param {(() => Error)} whatHappened
 */
export function creditHTTP(event, whatHappened) {
  if ('loadedHTTP' in event) return;
  const credited = /** @type {ProgressEvent & Sources & {error?: Error}} */ (event);
  credited.loadedHTTP = event.loaded;
  credited.loadedP2P = 0;
  credited.loadedFS = 0;
  if (event.type === 'error') credited.error = whatHappened();
}

/** Fired as `swarmstatechange` when peers come and go or bytes have been uploaded. */
export class SwarmStateEvent extends Event {
  /**
   * @param {string} type
   * @param {EventInit & {numOfPeers?: number, uploaded?: number}} [init]
   */
  constructor(type, init = {}) {
    super(type, init);
    /** Peers connected in this swarm. */
    this.numOfPeers = init.numOfPeers ?? 0;
    /** Bytes that this client has uploaded in this swarm. */
    this.uploaded = init.uploaded ?? 0;
  }
}
