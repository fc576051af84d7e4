/** A download from peers alone, timed. */

/**
 * The clock starts with the first connection, as the bare channels' does.
 *
 * @param {import('../browser/harness/visitor.js').Visitor} visitor @param {string} swarmId
 * @returns {Promise<number>} seconds
 */
export function secondsFromPeers(visitor, swarmId) {
  return visitor.page.evaluate(id => new Promise((resolve, reject) => {
    const request = new peer5.Request({downloadMode: 'p2p'});
    let start = 0;
    request.onswarmstatechange = ({numOfPeers}) => {
      if (numOfPeers > 0 && start === 0) start = performance.now();
    };
    request.onload = () => {
      resolve((performance.now() - start) / 1000);
      request.abort({leaveSwarm: true});
    };
    request.onerror = event => reject(new Error(event.error?.message));
    request.open('GET', id);
    request.responseType = 'arraybuffer';
    request.send();
  }), swarmId);
}
