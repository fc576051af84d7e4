/**
 * What a link leads to: nothing is contacted before start(), then it is
 * downloaded from peers, and once it is here it is opened.
 *
 * States are those of the transfer, with one more at its end:
 *
 * ```
 *   idle, running, stopped, failed ──► done ──► open: its files can be read
 *                              ▲        │
 *                              └────────┘ it can't be decrypted
 * ```
 */
import {Cipher} from '../encryption/cipher.js';
import {DecryptedReader, PlainReader} from '../encryption/decrypted_reader.js';
import {Transfer} from '../transfer.js';
import {BUNDLE_TYPE, safePath, unpack} from './bundle.js';
import {describeProblem, NO_KEY, WRONG_KEY} from './problems.js';
import {ENCRYPTED_TYPE} from './sharing.js';

/** @typedef {import('./link.js').Shared} Shared */
/** @typedef {import('./bundle.js').Entry & {read: () => AsyncIterable<Uint8Array>}} ReceivedFile */

export class Receiving {
  /** @type {ReceivedFile[]} once it is open */
  files = [];
  #problem = '';
  #checkedKey = false;
  #isOpen = false;
  #changed;

  /** @param {Shared} shared @param {() => void} changed called after each change */
  constructor(shared, changed) {
    this.shared = shared;
    this.#changed = changed;
    this.transfer = new Transfer(() => this.#onTransfer(), 'blob');
  }

  get state() {
    if (this.#problem) return 'failed';
    return this.#isOpen ? 'open' : this.transfer.state;
  }

  /** What is wrong, in words. */
  get problem() {
    return this.#problem || describeProblem(this.transfer.status, this.transfer.problem);
  }

  start() {
    this.#problem = '';
    this.#checkedKey = false;
    this.transfer.start(this.shared.swarmId, 'p2p');
  }

  /** Frees what is here, and serves nobody any more. */
  leave() {
    this.#problem = '';
    this.#isOpen = false;
    this.files = [];
    this.transfer.leave();
  }

  #onTransfer() {
    const {info, state} = this.transfer;
    if (info && !this.#checkedKey) {
      this.#checkedKey = true;
      void this.#checkKey(info.type);
    }
    if (state === 'done' && !this.#isOpen && !this.#problem) void this.#open();
    this.#changed();
  }

  /** Before all of it is downloaded in vain. @param {string} type */
  async #checkKey(type) {
    const [mediaType, keyId] = type.split(/;\s*key-id=/);
    const {key} = this.shared;
    if (mediaType !== ENCRYPTED_TYPE) return;
    if (key && await (await Cipher.of(key)).keyId() === keyId) return;
    this.#fail(key ? WRONG_KEY : NO_KEY);
  }

  /** @param {string} problem */
  #fail(problem) {
    this.#problem = problem;
    this.transfer.leave();
  }

  async #open() {
    const {result: blob, info} = this.transfer;
    const {key} = this.shared;
    try {
      const reader = key ? new DecryptedReader(blob, await Cipher.of(key)) : new PlainReader(blob);
      const isBundle = key !== null || info.type === BUNDLE_TYPE;
      const entries = isBundle ? await unpack(reader) :
        [{path: safePath(info.name), size: blob.size, type: info.type, start: 0}];
      this.files = entries.map(({path, size, type, start}) =>
        ({path, size, type, read: () => reader.read(start, start + size)}));
      this.#isOpen = true;
      this.#changed();
    } catch (error) {
      this.#fail(/** @type {Error} */ (error).message);
    }
  }
}
