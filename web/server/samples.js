/**
 * Files to download in the demos: made, not shipped, and the same everywhere.
 *
 * @module
 */
import {createCipheriv} from 'node:crypto';
import {mkdir, open, rename, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';

const MIB = 2 ** 20;
/** Same bytes, same Last-Modified, wherever and whenever they are made. */
export const CHANGED = new Date('2013-09-12T09:00:00Z');

/** Incompressible bytes that follow from the seed alone. */
export class ByteSource {
  /** @param {string} seed */
  constructor(seed) {
    const key = Buffer.alloc(16);
    key.write(seed);
    this.cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  }

  /** @param {number} length @returns {Buffer} the next bytes */
  next(length) {
    return this.cipher.update(Buffer.alloc(length));
  }
}

/** @param {string} path @param {number} size */
async function write(path, size) {
  const file = await open(`${path}.part`, 'w');
  try {
    const source = new ByteSource(`peer5 ${size}`);
    for (let at = 0; at < size; at += MIB) {
      await file.write(source.next(Math.min(MIB, size - at)));
    }
  } finally {
    await file.close();
  }
  await utimes(`${path}.part`, CHANGED, CHANGED);
  await rename(`${path}.part`, path);
}

/**
 * Makes `sample-<n>MiB.bin` for each size, unless it is there.
 *
 * @param {string} dir
 * @param {number[]} mebibytes may be fractions
 * @returns {Promise<{name: string, path: string, size: number}[]>}
 */
export async function makeSamples(dir, mebibytes) {
  await mkdir(dir, {recursive: true});
  const samples = [];
  for (const mib of mebibytes) {
    const size = Math.round(mib * MIB);
    const name = `sample-${mib}MiB.bin`;
    const path = join(dir, name);
    const there = await stat(path).catch(() => null);
    if (there?.size !== size || there.mtimeMs !== CHANGED.getTime()) await write(path, size);
    samples.push({name, path, size});
  }
  return samples;
}
