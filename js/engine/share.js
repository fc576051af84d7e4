/**
 * Makes the FileInfo of a file that is to be shared.
 *
 * @module
 */

/** Blocks that are read and hashed at the same time. */
const AT_ONCE = 4;

/**
 * @param {import('./core.js').Core} core
 * @param {Blob} file
 * @param {{name: string, type: string, blockSize: number}} about
 * @param {(loaded: number) => void} progress bytes hashed so far
 * @param {() => boolean} stopped whether nobody waits for it any more
 * @returns {Promise<Uint8Array | null>} a FileInfo frame, empty if the file is too
 *   large; null if it was stopped
 */
export async function hashFile(core, file, {name, type, blockSize}, progress, stopped) {
  const blocks = Math.ceil(file.size / blockSize);
  const hashes = new Uint8Array(32 * blocks);
  let loaded = 0;
  let next = 0;
  const work = async () => {
    while (next < blocks && !stopped()) {
      const block = next++;
      const start = block * blockSize;
      const bytes = new Uint8Array(await file.slice(start, start + blockSize).arrayBuffer());
      hashes.set(await core.hash(bytes), 32 * block);
      loaded += bytes.length;
      progress(loaded);
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, work));
  if (stopped()) return null;
  return core.makeInfo({size: file.size, blockSize, hashes, name, type});
}
