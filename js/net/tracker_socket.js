/**
 * The connection to the tracker: one WebSocket, made again when it breaks.
 *
 * @module
 */

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/**
 * @typedef {object} TrackerEvents
 * @property {() => void} up
 * @property {() => void} down also when a first attempt failed
 * @property {(bytes: Uint8Array) => void} message
 */

export class TrackerSocket {
  /** @param {string} url ws: or wss: @param {TrackerEvents} events */
  constructor(url, events) {
    this.url = url;
    this.events = events;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.wanted = false;
    this.retryMs = FIRST_RETRY_MS;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.online = () => this.connectNow();
  }

  open() {
    if (this.wanted) return;
    this.wanted = true;
    globalThis.addEventListener?.('online', this.online);
    this.connectNow();
  }

  close() {
    this.wanted = false;
    globalThis.removeEventListener?.('online', this.online);
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      this.events.down();
    }
  }

  /** @param {Uint8Array} bytes */
  send(bytes) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(bytes);
  }

  connectNow() {
    if (!this.wanted || this.socket) return;
    clearTimeout(this.timer);
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {  // a bad URL, or forbidden by the page's policy
      this.events.down();
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
      this.events.up();
    };
    socket.onmessage = event => {
      if (event.data instanceof ArrayBuffer) {
        this.events.message(new Uint8Array(event.data));
      }
    };
    socket.onclose = () => this.lost();
  }

  lost() {
    this.socket = null;
    this.events.down();
    if (!this.wanted) return;
    // Jitter: a tracker that comes back is not run over by all at once.
    const wait = this.retryMs * (0.5 + Math.random());
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    this.timer = setTimeout(() => this.connectNow(), wait);
  }
}
