/**
 * Messages for one socket that go out together as one WebSocket message: a
 * write costs the system far more than the bytes in it. What can wait goes with
 * the next that can't, or soon.
 *
 * @module
 */

/** A message that can wait is sent alone after this: an offer takes less to come. */
export const HOLD_MS = 1000;
/** They are looked at so often: ten thousand written at once would keep all others waiting. */
const RELEASE_EVERY_MS = 20;

/**
 * @typedef {object} Mailbox a socket's part in it
 * @property {Buffer[] | null} outgoing
 * @property {number} outgoingBytes
 * @property {boolean} due it is in the next flush
 * @property {number} heldUntil when what can wait has waited enough; 0: nothing does
 */

/** @template {Mailbox} Box */
export class Outbox {
  /**
   * @param {(box: Box, parts: Buffer[], bytes: number) => void} write one message
   * @param {() => number} [now] milliseconds
   */
  constructor(write, now = () => performance.now()) {
    this.write = write;
    this.now = now;
    /** @type {Box[]} */
    this.due = [];
    /** @type {Box[]} */
    this.held = [];
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {Box} box
   * @param {Buffer} message kept until it is written
   * @param {boolean} canWait
   */
  put(box, message, canWait) {
    (box.outgoing ??= []).push(message);
    box.outgoingBytes += message.length;
    if (!canWait) {
      if (!box.due) this.due.push(box);
      box.due = true;
    } else if (!box.due && box.heldUntil === 0) {
      box.heldUntil = this.now() + HOLD_MS;
      this.held.push(box);
      this.timer ??= setTimeout(() => this.#release(), HOLD_MS).unref();
    }
  }

  /** Writes all that can't wait, and what waits with it. */
  flush() {
    const due = this.due;
    this.due = [];
    for (const box of due) this.#empty(box);
  }

  #release() {
    const now = this.now();
    let released = 0;
    for (; released < this.held.length && this.held[released].heldUntil <= now; ++released) {
      const box = this.held[released];
      box.heldUntil = 0;
      this.#empty(box);
    }
    this.held.splice(0, released);
    this.timer = this.held.length > 0 ? setTimeout(() => this.#release(), RELEASE_EVERY_MS).unref() : undefined;
  }

  /** @param {Box} box */
  #empty(box) {
    const {outgoing, outgoingBytes} = box;
    box.due = false;
    if (!outgoing) return;
    box.outgoing = null;
    box.outgoingBytes = 0;
    this.write(box, outgoing, outgoingBytes);
  }

  close() {
    clearTimeout(this.timer);
    this.due = [];
    this.held = [];
  }
}
