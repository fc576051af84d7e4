/**
 * Files in the Origin Private File System, one a resource: peer5/<swarm id>,
 * each block at its place.
 *
 * A dedicated worker reads and writes, by synchronous access handles: opening a
 * file costs up to 50 ms, a write into an open one less than a millisecond a
 * MiB. A content security policy has to allow the worker, which comes from a
 * Blob: `worker-src blob:`.
 *
 * Chromium opens a file as often as it is asked to (`readwrite-unsafe`); that
 * only one tab writes is seen to by locks. Firefox opens it once, and nothing
 * but that handle can change it meanwhile: it is for who writes.
 *
 * @module
 */

const ROOT = 'peer5';
/** A tab that reads it is about to close it. */
const REMOVE_TRIES = 10;
const REMOVE_MS = 50;

/** Runs in the worker, as text: it may use nothing from around it. */
function serveFiles() {
  const handles = new Map();
  const mode = 'readwrite-unsafe';
  const open = async (key, directory, id, create) => {
    const file = await directory.getFileHandle(id, {create});
    handles.set(key, await file.createSyncAccessHandle({mode}));
  };
  const calls = {
    open: async (key, directory, id) => {
      // A tab that has just died may not have let go of it yet.
      for (let patience = 20; ; --patience) {
        try {
          return await open(key, directory, id, true);
        } catch (error) {
          if (patience === 0) throw error;
          await new Promise(resolve => setTimeout(resolve, 100));
        }
      }
    },
    share: (key, directory, id) => {
      const {FileSystemSyncAccessHandle: Handle} = /** @type {any} */ (globalThis);
      if (!('mode' in Handle.prototype)) throw new DOMException('', 'NotSupportedError');
      return open(key, directory, id, false);
    },
    write: (key, at, bytes) => {
      if (handles.get(key).write(bytes, {at}) < bytes.length) throw new DOMException('', 'QuotaExceededError');
    },
    read: (key, at, bytes) => {
      if (handles.get(key).read(bytes, {at}) < bytes.length) throw new Error('it is too short');
    },
    close: key => {
      handles.get(key).close();
      handles.delete(key);
    },
  };
  onmessage = async ({data: [call, name, key, where, what]}) => {
    const bytes = what instanceof Uint8Array && what;
    let error;
    try {
      await calls[name](key, where, what);
    } catch (thrown) {
      error = thrown;
    }
    postMessage([call, bytes || undefined, error], {transfer: bytes ? [bytes.buffer] : []});
  };
}

/** @type {Worker | null} */
let worker = null;
/** Why it doesn't run: it would answer nothing. @type {unknown} */
let refusal = null;
/** @typedef {{bytes?: Uint8Array, error?: unknown}} Answer the bytes that it was given, filled if they were to be */
/** @type {Map<number, (answer: Answer) => void>} */
const waiting = new Map();
let lastCall = 0;
let lastFile = 0;

function startWorker() {
  const url = URL.createObjectURL(new Blob([`(${serveFiles})()`], {type: 'text/javascript'}));
  const started = new Worker(url);
  started.onmessage = ({data: [call, bytes, error]}) => {
    waiting.get(call)?.({bytes, error});
    waiting.delete(call);
  };
  started.onerror = error => {  // it may not run here
    refusal = error;
    for (const answer of waiting.values()) answer({error});
    waiting.clear();
  };
  return started;
}

/**
 * In the order of the calls. Bytes are lent to the worker, which gives them
 * back: a large file needs few buffers.
 *
 * @param {'open' | 'share' | 'write' | 'read' | 'close'} name
 * @param {number} key of the open file
 * @param {unknown} [where]
 * @param {Uint8Array | string} [what]
 * @returns {Promise<Answer>}
 */
async function inWorker(name, key, where, what) {
  if (refusal) return {error: refusal};
  worker ??= startWorker();
  const call = ++lastCall;
  worker.postMessage([call, name, key, where, what], what instanceof Uint8Array ? [what.buffer] : []);
  return new Promise(resolve => waiting.set(call, resolve));
}

async function root() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, {create: true});
}

/** A file that this page has open. */
export class OpenFile {
  /**
   * To write it: whoever does has made sure that nobody else will.
   *
   * @param {string} id swarm id
   */
  static open(id) {
    return OpenFile.#from('open', id);
  }

  /**
   * To read it, while another tab may write. Rejects if there is no such file,
   * or the browser's handles can't be shared.
   *
   * @param {string} id swarm id
   */
  static share(id) {
    return OpenFile.#from('share', id);
  }

  /** @param {'open' | 'share'} how @param {string} id */
  static async #from(how, id) {
    const file = new OpenFile();
    const {error} = await inWorker(how, file.key, await root(), id);
    if (error) throw error;
    return file;
  }

  key = ++lastFile;

  /**
   * @param {number} at bytes
   * @param {Uint8Array} bytes lent: they are gone until it is done
   * @returns {Promise<Answer>} QuotaExceededError where there is no room
   */
  write(at, bytes) {
    return inWorker('write', this.key, at, bytes);
  }

  /** What has been written before this is called. @param {number} at bytes @param {number} length */
  async read(at, length) {
    const {bytes, error} = await inWorker('read', this.key, at, new Uint8Array(length));
    if (error || !bytes) throw error;
    return bytes;
  }

  close() {
    return inWorker('close', this.key);
  }
}

/**
 * The file as it is now. Chromium reads it as long as nobody writes to it,
 * Firefox longer.
 *
 * @param {string} id swarm id
 * @returns {Promise<File>}
 */
export async function snapshotOf(id) {
  return (await (await root()).getFileHandle(id)).getFile();
}

/**
 * Nothing happens if there is none, or it is being written.
 *
 * @param {string} id swarm id
 */
export async function removeFile(id) {
  const directory = await root();
  for (let patience = REMOVE_TRIES; ; --patience) {
    try {
      return await directory.removeEntry(id);
    } catch (error) {
      const isOpen = /** @type {DOMException} */ (error).name === 'NoModificationAllowedError';
      if (!isOpen || patience === 0) return;
      await new Promise(resolve => setTimeout(resolve, REMOVE_MS));
    }
  }
}

/** @returns {Promise<string[]>} swarm ids */
export async function storedFiles() {
  const ids = [];
  for await (const id of (await root()).keys()) ids.push(id);
  return ids;
}
