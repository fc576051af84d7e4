/**
 * `peer5 manifest`: what peers must know of a file, in a file beside it, so that
 * pages need not trust a tracker for it.
 *
 * @module
 */

import {createReadStream} from 'node:fs';
import {stat, writeFile} from 'node:fs/promises';
import {basename} from 'node:path';
import mime from 'mime-types';
import {BlockHasher} from '../tracker/file_info/block_hasher.js';
import {loadTrackerCore} from '../wasm/load_tracker.js';
import {bytes} from './arguments.js';

/** Work that is done sooner than this needs no progress shown. */
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 200;
const CHUNK_SIZE = 16 * 1024;
/** Within a manifest the swarm id stands behind tag, length and ref. */
const ID_AT = 9;

/** @param {import('commander').Command} program */
export function addManifestCommand(program) {
  program.command('manifest')
    .description('hash files into manifests (FILE.peer5) to put beside them on their origin')
    .argument('<file...>')
    .option('--block-size <bytes>', 'default: some hundred blocks a file', bytes)
    .option('--chunk-size <bytes>', `default: ${CHUNK_SIZE}`, bytes)
    .option('--out <file>', 'where to write it (with one FILE)')
    .action(makeManifests);
}

/**
 * @param {string[]} files
 * @param {{blockSize?: number, chunkSize?: number, out?: string}} options
 */
async function makeManifests(files, options) {
  if (options.out && files.length > 1) throw new Error('--out names one file, so give one FILE only');
  const core = await loadTrackerCore();
  for (const file of files) {
    const manifest = await manifestOf(core, file, options);
    const out = options.out ?? `${file}.peer5`;
    await writeFile(out, manifest);
    console.log(`${manifest.subarray(ID_AT, ID_AT + 32).toString('hex')}  ${out}`);
  }
}

/**
 * @param {any} core the tracker's module
 * @param {string} file
 * @param {{blockSize?: number, chunkSize?: number}} options
 * @returns {Promise<Buffer>} one FileInfo message
 */
export async function manifestOf(core, file, options = {}) {
  const stats = await stat(file);
  if (!stats.isFile()) throw new Error(`${file} is not a file`);
  const blockSize = options.blockSize ?? core.defaultBlockSize(stats.size);
  const chunkSize = options.chunkSize ?? Math.min(CHUNK_SIZE, blockSize);
  const hasher = await hashFile(file, stats.size, blockSize);
  const after = await stat(file);
  if (hasher.size !== stats.size || after.mtimeMs !== stats.mtimeMs) {
    throw new Error(`${file} changed while it was hashed; try again when it is complete`);
  }
  const hashes = hasher.finish();
  core.HEAPU8.set(hashes, core.inputAt(hashes.length));
  // No validator: the file's time on the origin need not be the one here, and
  // block hashes tell versions apart anyway.
  const length = core.packManifest(stats.size, blockSize, chunkSize, hashes.length, '', basename(file),
      mime.lookup(file) || '');
  if (length === 0) {
    throw new Error(`${file}: ${blockSize} bytes a block and ${chunkSize} a chunk don't work for ${stats.size} ` +
      'bytes; a chunk must fit its block and 256 KiB, and a file may have 2^20 blocks');
  }
  const at = core.outputAt();
  return Buffer.from(core.HEAPU8.slice(at, at + length));
}

/**
 * @param {string} file
 * @param {number} size bytes
 * @param {number} blockSize bytes
 */
async function hashFile(file, size, blockSize) {
  const hasher = new BlockHasher(blockSize);
  const started = Date.now();
  let shown = 0;
  for await (const part of createReadStream(file, {highWaterMark: 1 << 20})) {
    hasher.update(part);
    const now = Date.now();
    const due = now - started > PROGRESS_AFTER_MS && now - shown > PROGRESS_EVERY_MS;
    if (!due || !process.stderr.isTTY) continue;
    shown = now;
    process.stderr.write(`\r${basename(file)}: ${Math.floor(hasher.size / size * 100)}%`);
  }
  if (shown > 0) process.stderr.write('\r\x1b[K');
  return hasher;
}
