/**
 * What this page's requests have brought and given so far, for the strip at
 * the foot of the page.
 */

/** @type {{http: number, peers: number, stored: number, uploaded: number, connected: number}[]} by request */
const watched = [];

/** Call before send(). @template {XMLHttpRequest} R @param {R} request @returns {R} */
export function watch(request) {
  const own = {http: 0, peers: 0, stored: 0, uploaded: 0, connected: 0};
  watched.push(own);
  request.addEventListener('progress', (/** @type {any} */ {loadedHTTP, loadedP2P, loadedFS}) => {
    Object.assign(own, {http: loadedHTTP, peers: loadedP2P, stored: loadedFS});
  });
  request.addEventListener('swarmstatechange', (/** @type {any} */ {numOfPeers, uploaded}) => {
    Object.assign(own, {connected: numOfPeers, uploaded});
  });
  return request;
}

/** For pages whose own code knows nothing of peers: watches each XMLHttpRequest. */
export function watchAll() {
  const {send} = XMLHttpRequest.prototype;
  /** @this {XMLHttpRequest} @param {any[]} body */
  XMLHttpRequest.prototype.send = function (...body) {
    watch(this);
    send.apply(this, /** @type {any} */ (body));
  };
}

/** Of all requests together; `connected` of the one that has most. */
export function figures() {
  const sum = {http: 0, peers: 0, stored: 0, uploaded: 0, connected: 0};
  for (const own of watched) {
    for (const name of /** @type {const} */ (['http', 'peers', 'stored', 'uploaded'])) sum[name] += own[name];
    sum.connected = Math.max(sum.connected, own.connected);
  }
  return sum;
}
