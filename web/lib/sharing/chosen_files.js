/**
 * Files as people give them: chosen, dropped or pasted; folders with all that
 * is in them.
 *
 * @module
 */

/** @typedef {{path: string, file: Blob}} ChosenFile `path` with slashes, from the dropped folder on */

/** @param {Iterable<File>} files of an input @returns {ChosenFile[]} */
export function filesOf(files) {
  return [...files].map(file => ({path: file.webkitRelativePath || file.name, file}));
}

/** @param {DataTransfer} data of a drop @returns {Promise<ChosenFile[]>} */
export async function droppedFiles(data) {
  // Before anything else: once the event is over the items are gone.
  /** @type {(FileSystemEntry | null | undefined)[]} undefined: this browser does not tell */
  const items = [...data.items].map(item => item.webkitGetAsEntry?.());
  const entries = items.filter(item => item !== null && item !== undefined);
  if (entries.length === 0 || items.includes(undefined)) return filesOf(data.files);
  return (await Promise.all(entries.map(filesIn))).flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<ChosenFile[]>} */
async function filesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) =>
      /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{path: entry.fullPath.replace(/^\//, ''), file}];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const found = [];
  for (;;) {  // browsers give a hundred entries at a time
    /** @type {FileSystemEntry[]} */
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const inner of entries) found.push(...await filesIn(inner));
  }
}

/** @param {string} text @returns {ChosenFile} */
export function textFile(text) {
  return {path: 'text.txt', file: new Blob([text], {type: 'text/plain'})};
}

/** @param {DataTransfer} data of a paste: images and files before the text that comes with them @returns {ChosenFile[]} */
export function pastedFiles(data) {
  if (data.files.length > 0) return filesOf(data.files);
  const text = data.getData('text/plain');
  return text === '' ? [] : [textFile(text)];
}

/** By a button, where there is no keyboard. @returns {Promise<ChosenFile[]>} */
export async function clipboardFiles() {
  const found = [];
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find(candidate => candidate.startsWith('image/')) ??
      item.types.find(candidate => candidate === 'text/plain');
    if (!type) continue;
    const blob = await item.getType(type);
    found.push(type === 'text/plain' ? textFile(await blob.text()) :
      {path: `image.${type.slice('image/'.length).replace(/\W.*/, '')}`, file: blob});
  }
  return found;
}
