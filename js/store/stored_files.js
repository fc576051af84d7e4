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
    read: (id, at, length) => {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, handles.get(id).read(bytes, {at}));
    },
    close: id => {
      handles.get(id).close();
      handles.delete(id);
    },
  };
  onmessage = async ({data: [call, name, ...given]}) => {
    try {
      const result = await calls[name](...given);
      postMessage([call, result], {transfer: result ? [result.buffer] : []});
    } catch (error) {
      postMessage([call, undefined, error]);
    }
  };
}

/** @type {Worker | null} */
let worker = null;
/** @type {Map<number, {resolve: (result: any) => void, reject: (error: unknown) => void}>} */
const waiting = new Map();
let lastCall = 0;

function startWorker() {
  const url = URL.createObjectURL(new Blob([`(${serveFiles})()`], {type: 'text/javascript'}));
  const started = new Worker(url);
  started.onmessage = ({data: [call, result, error]}) => {
    const {resolve, reject} = waiting.get(call) ?? {};
    waiting.delete(call);
    if (error) reject?.(error);
    else resolve?.(result);
  };
  started.onerror = event => {  // it may not run here
    for (const {reject} of waiting.values()) reject(event);
    waiting.clear();
  };
  return started;
}

/** @param {string} name @param {...any} given @returns {Promise<any>} */
async function inWorker(name, ...given) {
  worker ??= startWorker();
  const call = ++lastCall;
  worker.postMessage([call, name, ...given]);
  return new Promise((resolve, reject) => waiting.set(call, {resolve, reject}));
}

async function root() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, {create: true});
}

/** A file that this page writes: nobody else can before it is closed. */
export class OpenFile {
  /** @param {string} id swarm id */
  static async open(id) {
    await inWorker('open', id, await root());
    return new OpenFile(id);
  }

  /** @param {string} id */
  constructor(id) {
    this.id = id;
  }

  /**
   * @param {number} at bytes
   * @param {Uint8Array} bytes
   * @returns {Promise<void>} rejects with QuotaExceededError where there is no room
   */
  write(at, bytes) {
    return inWorker('write', this.id, at, bytes);
  }

  /** @param {number} at bytes @param {number} length @returns {Promise<Uint8Array>} as far as it goes */
  read(at, length) {
    return inWorker('read', this.id, at, length);
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
