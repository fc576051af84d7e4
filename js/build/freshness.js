/**
 * Whether a target's sources have changed since it was last built: by name,
 * size and time of change, which a second `npm start` can look up in a moment.
 */
import {createHash} from 'node:crypto';
import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {ROOT} from './run.js';

async function addTo(hash, path) {
  const info = await stat(join(ROOT, path)).catch(() => null);
  if (!info) return;
  if (info.isDirectory()) {
    for (const name of (await readdir(join(ROOT, path))).sort()) {
      await addTo(hash, join(path, name));
    }
  } else {
    hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
  }
}

/** @param {string[]} sources paths from the root; folders with all in them */
export async function digestOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) await addTo(hash, source);
  return hash.digest('hex');
}

const stampOf = name => join(ROOT, '.build', `${name}-stamp`);

/** @param {string} name @param {string} digest of its sources now */
export async function isFresh(name, digest) {
  return digest === await readFile(stampOf(name), 'utf8').catch(() => '');
}

/** @param {string} name @param {string} digest of what it was built from */
export async function markFresh(name, digest) {
  await mkdir(join(ROOT, '.build'), {recursive: true});
  await writeFile(stampOf(name), digest);
}
