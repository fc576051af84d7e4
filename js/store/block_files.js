/**
 * Block files in the Origin Private File System: peer5/<swarm id>/<block>.
 *
 * One file a block: it is written once and whole, and not changed afterwards.
 * So whatever is killed in between, the other files are untouched; a File taken
 * from one stays readable, in every tab; and nobody needs a lock to read.
 *
 * A dedicated worker writes, by synchronous access handles. Where a content
 * security policy refuses the worker (it comes from a Blob: `worker-src
 * blob:`), the page writes by itself, if the browser lets it.
 *
 * @module
 */

const ROOT = 'peer5';

/** Runs in the worker, as text: it may use nothing from around it. */
function serveWrites() {
  onmessage = async ({data: {call, directory, name, bytes}}) => {
    let error;
    try {
      const file = await directory.getFileHandle(name, {create: true});
      const handle = await file.createSyncAccessHandle();
      try {
        handle.truncate(bytes.length);
        if (handle.write(bytes, {at: 0}) < bytes.length) throw new DOMException('', 'QuotaExceededError');
      } finally {
        handle.close();
      }
    } catch (thrown) {
      error = thrown;
    }
    postMessage({call, error});
  };
}

/** @typedef {{directory: FileSystemDirectoryHandle, name: string, bytes: Uint8Array, resolve: (ok: void) => void, reject: (error: unknown) => void}} Write */

/** @type {Worker | null | undefined} null: it may not run here */
let worker;
/** @type {Map<number, Write>} that the worker has been given */
const writes = new Map();
let lastCall = 0;

function startWorker() {
  try {
    const url = URL.createObjectURL(new Blob([`(${serveWrites})()`], {type: 'text/javascript'}));
    const started = new Worker(url);
    started.onmessage = ({data: {call, error}}) => {
      const write = writes.get(call);
      writes.delete(call);
      if (error) write?.reject(error);
      else write?.resolve();
    };
    started.onerror = noWorker;
    return started;
  } catch {
    return null;
  }
}

function noWorker() {
  worker = null;
  for (const write of writes.values()) writeInPage(write).then(write.resolve, write.reject);
  writes.clear();
}

/** @param {{directory: FileSystemDirectoryHandle, name: string, bytes: Uint8Array}} write */
async function writeInPage({directory, name, bytes}) {
  const file = await directory.getFileHandle(name, {create: true});
  const stream = await file.createWritable();
  await stream.write(/** @type {BufferSource} */ (bytes));
  await stream.close();
}

/**
 * @param {FileSystemDirectoryHandle} directory
 * @param {number} block
 * @param {Uint8Array} bytes
 * @returns {Promise<void>} rejects with QuotaExceededError where there is no room
 */
export function writeBlock(directory, block, bytes) {
  const name = String(block);
  if (worker === undefined) worker = startWorker();
  if (!worker) return writeInPage({directory, name, bytes});
  const call = ++lastCall;
  worker.postMessage({call, directory, name, bytes});
  return new Promise((resolve, reject) => writes.set(call, {directory, name, bytes, resolve, reject}));
}

/** @param {FileSystemDirectoryHandle} directory @param {number} block */
export async function blockFile(directory, block) {
  return (await directory.getFileHandle(String(block))).getFile();
}

async function root() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, {create: true});
}

/** @param {string} id swarm id */
export async function directoryOf(id) {
  return (await root()).getDirectoryHandle(id, {create: true});
}

/** Nothing happens if there is none. @param {string} id swarm id */
export async function removeDirectory(id) {
  await (await root()).removeEntry(id, {recursive: true}).catch(() => {});
}

/** @returns {Promise<string[]>} swarm ids */
export async function directories() {
  const ids = [];
  for await (const id of (await root()).keys()) ids.push(id);
  return ids;
}
