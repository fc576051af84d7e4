/**
 * Files in the Origin Private File System, one a resource: peer5/<swarm id>,
 * each block at its place.
 *
 * A dedicated worker writes, by synchronous access handles: opening a file
 * costs up to 50 ms, a write into an open one less than a millisecond a MiB. A
 * content security policy has to allow the worker, which comes from a Blob:
 * `worker-src blob:`.
 *
 * @module
 */

const ROOT = 'peer5';

/** Runs in the worker, as text: it may use nothing from around it. */
function serveFiles() {
  const handles = new Map();
  const calls = {
    open: async (id, directory) => {
      const file = await directory.getFileHandle(id, {create: true});
      // A tab that has just died may not have let go of it yet.
      for (let patience = 20; ; --patience) {
        try {
          return void handles.set(id, await file.createSyncAccessHandle());
        } catch (error) {
          if (patience === 0) throw error;
          await new Promise(resolve => setTimeout(resolve, 100));
        }
      }
    },
    write: (id, at, bytes) => {
      if (handles.get(id).write(bytes, {at}) < bytes.length) throw new DOMException('', 'QuotaExceededError');
    },
    read: (id, at, bytes) => {
      if (handles.get(id).read(bytes, {at}) < bytes.length) throw new Error('it is too short');
    },
    close: id => {
      handles.get(id).close();
      handles.delete(id);
    },
  };
  onmessage = async ({data: [call, name, id, where, bytes]}) => {
    let error;
    try {
      await calls[name](id, where, bytes);
    } catch (thrown) {
      error = thrown;
    }
    postMessage([call, bytes, error], {transfer: bytes ? [bytes.buffer] : []});
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
 * @param {'open' | 'write' | 'read' | 'close'} name
 * @param {string} id
 * @param {unknown} [where]
 * @param {Uint8Array} [bytes]
 * @returns {Promise<Answer>}
 */
async function inWorker(name, id, where, bytes) {
  if (refusal) return {error: refusal};
  worker ??= startWorker();
  const call = ++lastCall;
  worker.postMessage([call, name, id, where, bytes], bytes ? [bytes.buffer] : []);
  return new Promise(resolve => waiting.set(call, resolve));
}

async function root() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, {create: true});
}

/** A file that this page writes: nobody else can before it is closed. */
export class OpenFile {
  /** @param {string} id swarm id */
  static async open(id) {
    const {error} = await inWorker('open', id, await root());
    if (error) throw error;
    return new OpenFile(id);
  }

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  /**
   * @param {number} at bytes
   * @param {Uint8Array} bytes lent: they are gone until it is done
   * @returns {Promise<Answer>} QuotaExceededError where there is no room
   */
  write(at, bytes) {
    return inWorker('write', this.id, at, bytes);
  }

  /** What has been written before this is called. @param {number} at bytes @param {number} length */
  async read(at, length) {
    const {bytes, error} = await inWorker('read', this.id, at, new Uint8Array(length));
    if (error || !bytes) throw error;
    return bytes;
  }

  close() {
    return inWorker('close', this.id);
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

/** Nothing happens if there is none. @param {string} id swarm id */
export async function removeFile(id) {
  await (await root()).removeEntry(id).catch(() => {});
}

/** @returns {Promise<string[]>} swarm ids */
export async function storedFiles() {
  const ids = [];
  for await (const id of (await root()).keys()) ids.push(id);
  return ids;
}
