/**
 * A limit on the bytes a second of a server, shared by all its responses.
 *
 * @module
 */

/** Sleeps shorter than this are not worth a timer; they are made up for later. */
const SHORTEST_SLEEP_MS = 2;

export class RateLimit {
  /** @param {number} bytesPerSecond Infinity: none */
  constructor(bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    /** When the bytes granted so far will have gone out, by performance.now(). */
    this.paidUntil = 0;
  }

  /**
   * Resolves once `bytes` may be sent. Callers are served in the order in
   * which they ask, so responses that ask by equal pieces get equal shares.
   *
   * @param {number} bytes
   */
  async take(bytes) {
    if (this.bytesPerSecond === Infinity) return;
    const now = performance.now();
    this.paidUntil = Math.max(this.paidUntil, now) + bytes / this.bytesPerSecond * 1000;
    const wait = this.paidUntil - now;
    if (wait > SHORTEST_SLEEP_MS) await new Promise(resolve => setTimeout(resolve, wait));
  }
}

/** Small enough that ten responses at 1 MB/s still flow evenly. */
const PIECE = 16 * 1024;

/**
 * Holds back what is piped into a response.
 *
 * Until the limit allows a write, nothing reaches the socket, so the only
 * 'drain' that a source sees is the one that follows its own write.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {RateLimit} limit
 */
export function throttle(response, limit) {
  if (limit.bytesPerSecond === Infinity) return;
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  /** @type {Promise<unknown>} */
  let written = Promise.resolve();
  const writeSlowly = async chunk => {
    let flowing = true;
    for (let at = 0; at < chunk.length && !response.destroyed; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      await limit.take(piece.length);
      if (!response.destroyed) flowing = write(piece);
    }
    if (flowing) response.emit('drain');
  };
  response.write = (/** @type {any} */ chunk) => {
    written = written.then(() => writeSlowly(Buffer.from(chunk)));
    return false;
  };
  response.end = (/** @type {any[]} */ ...args) => {
    written.then(() => end(...args));
    return response;
  };
}
