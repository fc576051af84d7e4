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

async function digestOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) await addTo(hash, source);
  return hash.digest('hex');
}

const stampOf = name => join(ROOT, '.build', `${name}-stamp`);

/** @param {string} name @param {string[]} sources paths from the root */
export async function isFresh(name, sources) {
  const stamp = await readFile(stampOf(name), 'utf8').catch(() => '');
  return stamp !== '' && stamp === await digestOf(sources);
}

/** @param {string} name @param {string[]} sources paths from the root */
export async function markFresh(name, sources) {
  await mkdir(join(ROOT, '.build'), {recursive: true});
  await writeFile(stampOf(name), await digestOf(sources));
}
