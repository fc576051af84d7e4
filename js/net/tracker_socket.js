/**
 * The connection to the tracker: one WebSocket, made again when it breaks.
 *
 *   closed --open()--> connecting --> up --lost--> waiting --+
 *     ^                    ^                                 |
 *     +------close()-------+------------- in a while --------+
 *
 * @module
 */

/** For a tracker that has answered: it will be back. */
const FIRST_RETRY_MS = 1000;
/** For one that never has: it may not be there at all, and the browser logs each attempt. */
const UNMET_RETRY_MS = 10_000;
const LAST_RETRY_MS = 60_000;
/** An attempt that takes longer has failed; browsers wait for minutes. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Close codes from here on say that the tracker does not want us (js/tracker/close_codes.js). */
const REFUSED = 4000;

/**
 * @typedef {object} TrackerEvents
 * @property {() => void} up
 * @property {() => void} down also when an attempt has failed
 * @property {(bytes: Uint8Array) => void} message
 */

export class TrackerSocket {
  /**
   * @param {string} url ws: or wss:
   * @param {TrackerEvents} events
   * @param {() => number} [random] in [0, 1)
   */
  constructor(url, events, random = Math.random) {
    this.url = url;
    this.events = events;
    this.random = random;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.wanted = false;
    this.retryMs = UNMET_RETRY_MS;
    /** @type {ReturnType<typeof setTimeout> | undefined} of the attempt, or until the next */
    this.timer = undefined;
    this.online = () => this.connect();
  }

  open() {
    if (this.wanted) return;
    this.wanted = true;
    globalThis.addEventListener?.('online', this.online);
    this.connect();
  }

  close() {
    if (!this.wanted) return;
    this.wanted = false;
    globalThis.removeEventListener?.('online', this.online);
    clearTimeout(this.timer);
    this.drop();
    this.events.down();
  }

  /** @param {Uint8Array} bytes */
  send(bytes) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(/** @type {BufferSource} */ (bytes));
  }

  connect() {
    if (!this.wanted || this.socket) return;
    clearTimeout(this.timer);
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {  // a bad URL, or forbidden by the page's policy: trying again would not help
      this.events.down();
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      clearTimeout(this.timer);
      this.events.up();
    };
    socket.onmessage = ({data}) => {
      // It takes us; one that only lets us connect may be about to refuse.
      this.retryMs = FIRST_RETRY_MS;
      if (data instanceof ArrayBuffer) this.events.message(new Uint8Array(data));
    };
    socket.onclose = ({code}) => this.lost(code);
    this.timer = setTimeout(() => {
      this.drop();
      this.lost(0);
    }, CONNECT_TIMEOUT_MS);
  }

  drop() {
    const {socket} = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {number} code */
  lost(code) {
    this.socket = null;
    clearTimeout(this.timer);
    if (code >= REFUSED) this.retryMs = LAST_RETRY_MS;
    // Jitter: a tracker that comes back is not run over by all at once.
    const wait = this.retryMs * (0.5 + this.random() / 2);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    this.timer = setTimeout(() => this.connect(), wait);
    this.events.down();
  }
}
