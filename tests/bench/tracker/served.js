/** What a tracker's process tells the benchmark. */

/** @param {string} url where it listens */
export function answerUsage(url) {
  process.on('message', (/** @type {any} */ {id}) => {
    // Garbage is neither's state; both are started with --expose-gc.
    globalThis.gc?.();
    const {user, system} = process.cpuUsage();
    process.send?.({id, result: {cpuSeconds: (user + system) / 1e6, rss: process.memoryUsage.rss()}});
  });
  process.once('disconnect', () => process.exit());
  process.send?.({id: 0, result: {url}});
}
