/**
 * Received files, on their way to disk: as a stream where the browser lets
 * pages write files, else as a download of the browser's.
 *
 * @module
 */

/** @typedef {import('./receiving.js').ReceivedFile} ReceivedFile */

/** @type {any} */
const pickers = globalThis;

/** Pieces of a file are given to the browser, which may put them on disk, by so much. */
const BLOB_PIECE = 16 << 20;

/** A page of this site must not run what was received, however it is opened. */
const PASSIVE = /^(image\/(png|jpeg|gif|webp|avif)|text\/plain|audio\/[\w-]+|video\/[\w-]+)$/;

/** @param {string} type MIME type @returns {string} one that is safe for an object URL */
export const passiveType = type => PASSIVE.test(type) ? type : 'application/octet-stream';

/** The user has closed the dialogue. @param {unknown} error */
const wasCancelled = error => error instanceof DOMException && error.name === 'AbortError';

/** @param {ReceivedFile} file @returns {Promise<Blob>} */
export async function blobOf({type, read}) {
  const blobs = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let pieces = [];
  let size = 0;
  for await (const piece of read()) {
    pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    size += piece.length;
    if (size < BLOB_PIECE) continue;
    blobs.push(new Blob(pieces));
    pieces = [];
    size = 0;
  }
  return new Blob([...blobs, ...pieces], {type: passiveType(type)});
}

/** @param {ReceivedFile} file @param {FileSystemFileHandle} handle */
async function write(file, handle) {
  const stream = await handle.createWritable();
  try {
    for await (const piece of file.read()) await stream.write(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
  } catch (error) {
    await stream.abort();
    throw error;
  }
  await stream.close();
}

/** @param {ReceivedFile} file */
async function download(file) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await blobOf(file));
  link.download = nameOf(file);
  link.click();
  // The download has its own hold on the bytes once the click was handled.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @param {{path: string}} file */
export const nameOf = ({path}) => path.split('/').pop() ?? path;

/** @param {ReceivedFile} file @returns {Promise<boolean>} false: the user thought better of it */
export async function saveFile(file) {
  if (!pickers.showSaveFilePicker) {
    await download(file);
    return true;
  }
  try {
    await write(file, await pickers.showSaveFilePicker({suggestedName: nameOf(file)}));
    return true;
  } catch (error) {
    if (wasCancelled(error)) return false;
    throw error;
  }
}

/** Into a folder with the same folders below it, or one after the other. @param {ReceivedFile[]} files @returns {Promise<boolean>} */
export async function saveAll(files) {
  if (!pickers.showDirectoryPicker) {
    for (const file of files) await download(file);
    return true;
  }
  try {
    const folder = await pickers.showDirectoryPicker({mode: 'readwrite'});
    for (const file of files) {
      const within = file.path.split('/').slice(0, -1);
      let place = folder;
      for (const name of within) place = await place.getDirectoryHandle(name, {create: true});
      await write(file, await place.getFileHandle(nameOf(file), {create: true}));
    }
    return true;
  } catch (error) {
    if (wasCancelled(error)) return false;
    throw error;
  }
}
