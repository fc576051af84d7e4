/**
 * Reads the file of a resource that this page isn't writing.
 *
 *   closed ──read──► open ──nothing read for a while, close──► closed
 *
 * By a handle of the worker, where handles can be shared: it takes a tenth of
 * the time, and none of the page's. Elsewhere, or where the worker may not run,
 * by a snapshot, which another tab's writing spoils.
 *
 * @module
 */
import {OpenFile, snapshotOf} from './stored_files.js';

/** Opening costs many reads; what is open can't be removed. */
const LINGER_MS = 1000;
/** How often, and after how many ms, a snapshot that has been spoilt is taken again. */
const RETRIES = 20;
const RETRY_MS = 50;

export class StoredReader {
  /** @type {Promise<OpenFile | null> | null} null: it can't be shared */
  #file = null;
  /** @type {Promise<File> | null} */
  #snapshot = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idle;

  /**
   * @param {string} id swarm id
   * @param {() => boolean} mayGrow whether somebody may be writing it
   */
  constructor(id, mayGrow) {
    this.id = id;
    this.mayGrow = mayGrow;
  }

  /** @param {number} at bytes @param {number} length @returns {Promise<Uint8Array>} all of it */
  async read(at, length) {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), LINGER_MS);
    const file = await (this.#file ??= OpenFile.share(this.id).catch(() => null));
    return file ? file.read(at, length) : this.#readSnapshot(at, length);
  }

  /** What was asked for before is read. */
  close() {
    clearTimeout(this.#idle);
    this.#file?.then(file => file?.close());
    this.#file = null;
    this.#snapshot = null;
  }

  /** @param {number} at @param {number} length */
  async #readSnapshot(at, length) {
    for (let tries = 0; ; ++tries) {
      this.#snapshot ??= snapshotOf(this.id);
      const snapshot = await this.#snapshot;
      const bytes = await snapshot.slice(at, at + length).arrayBuffer().catch(() => null);
      if (bytes?.byteLength === length) return new Uint8Array(bytes);
      // Old, or written to at this moment.
      this.#snapshot = null;
      if (tries === RETRIES || bytes && !this.mayGrow() && tries > 0) throw new Error('it is too short');
      await new Promise(resolve => setTimeout(resolve, tries && RETRY_MS));
    }
  }
}
