/**
 * One thing that is shared:
 *
 * ```
 *    idle ──start()──► hashing ──load──► shared
 *     ▲                 │   │              │
 *     │                 │   └─ error ─► failed ──start()──► hashing
 *     └────stop()───────┴──────────────────┘
 * ```
 */
import {Cipher} from '../encryption/cipher.js';
import {EncryptedBlob} from '../encryption/encrypted_blob.js';
import {watch} from '../figures.js';
import {BUNDLE_TYPE, pack} from './bundle.js';
import {fragmentOf} from './link.js';
import {describeProblem} from './problems.js';

/** @typedef {import('./chosen_files.js').ChosenFile} ChosenFile */

/** The type of what is encrypted; `key-id` follows. */
export const ENCRYPTED_TYPE = 'application/vnd.peer5.encrypted';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;

/** What the files have in common. @param {ChosenFile[]} files */
function nameOf(files) {
  const [{path}] = files;
  if (files.length === 1) return path.split('/').pop() ?? path;
  const folder = path.split('/')[0];
  return files.every(({path: other}) => other.startsWith(`${folder}/`)) ? folder : '';
}

export class Sharing {
  /** @type {'idle' | 'hashing' | 'shared' | 'failed'} */
  state = 'idle';
  name = '';
  count = 0;
  /** Bytes of all files. */
  size = 0;
  /** Bytes hashed, of `total`. */
  hashed = 0;
  total = 0;
  /** Of the link, with its #. */
  fragment = '';
  encrypted = false;
  peers = 0;
  uploaded = 0;
  problem = '';
  /** @type {any} */
  #request = null;
  #changed;

  /** @param {() => void} changed called after each change of any of the above */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {ChosenFile[]} files at least one @param {boolean} encrypt */
  async start(files, encrypt) {
    const request = this.#request = watch(new peer5.Request({downloadMode: 'p2p'}));
    Object.assign(this, {state: 'hashing', problem: '', fragment: '', hashed: 0, peers: 0, uploaded: 0,
      encrypted: encrypt, name: nameOf(files), count: files.length,
      size: files.reduce((sum, {file}) => sum + file.size, 0)});
    this.#changed();
    const mine = (/** @type {(event: any) => void} */ handle) => (/** @type {any} */ event) => {
      if (request !== this.#request) return;
      handle(event);
      this.#changed();
    };
    try {
      const cipher = encrypt ? await Cipher.generate() : null;
      const body = await bodyOf(files, cipher);
      if (request !== this.#request) return;
      this.total = body.size;
      request.onprogress = mine(({loaded}) => { this.hashed = loaded; });
      request.onswarmstatechange = mine(({numOfPeers, uploaded}) => {
        Object.assign(this, {peers: numOfPeers, uploaded});
      });
      request.onload = mine(() => this.#ready(cipher, files));
      request.onerror = mine(({error}) => this.#failed(describeProblem(request.status, error.message)));
      request.open('POST');
      request.send(body);
    } catch (error) {
      if (request !== this.#request) return;
      this.#failed(String(error));
      this.#changed();
    }
  }

  /** @param {Cipher | null} cipher @param {ChosenFile[]} files */
  #ready(cipher, files) {
    const {swarmId} = this.#request.getFileInfo();
    const type = files.length === 1 ? files[0].file.type : '';
    const {name, size, count} = this;
    this.fragment = fragmentOf({swarmId, key: cipher?.keyBytes ?? null, name, type, size, count});
    this.state = 'shared';
  }

  /** @param {string} problem */
  #failed(problem) {
    this.problem = problem;
    this.state = 'failed';
  }

  /** Who downloads from this page. @returns {import('./downloader_list.js').Downloader[]} */
  downloaders() {
    return this.state === 'shared' ? this.#request.getDownloaders() : [];
  }

  stop() {
    const request = this.#request;
    this.#request = null;
    this.state = 'idle';
    request.abort({leaveSwarm: true});
    this.#changed();
  }
}

/**
 * One file that is not encrypted is shared as it is: any page that knows its
 * swarm id can have it.
 *
 * @param {ChosenFile[]} files @param {Cipher | null} cipher
 */
async function bodyOf(files, cipher) {
  if (cipher) return new EncryptedBlob(pack(files), cipher, `${ENCRYPTED_TYPE};key-id=${await cipher.keyId()}`);
  if (files.length === 1) return files[0].file;
  const bundle = pack(files);
  return bundle.slice(0, bundle.size, BUNDLE_TYPE);
}
