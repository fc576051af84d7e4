/** Prints what a visitor downloads, and holds it under its limit. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';
import {ROOT} from './run.js';

/** What script and wasm together should be, gzip: p2p-media-loader's core alone is 42 KB. */
export const GOAL_GZIP_BYTES = 43_000;
/** What they are today, and a little room: to be lowered with each gain, never raised. */
export const MAX_GZIP_BYTES = 71_200;

const FILES = ['peer5.mjs', 'peer5.js', 'peer5.external.mjs',
  'peer5.external.js', 'peer5.wasm', 'auto.mjs', 'auto.js'];

/** @returns {Promise<Record<string, {raw: number, gzip: number, brotli: number}>>} */
export async function sizes() {
  const result = {};
  for (const file of FILES) {
    const bytes = await readFile(join(ROOT, 'dist', file));
    result[file] = {
      raw: bytes.length,
      gzip: gzipSync(bytes, {level: 9}).length,
      brotli: brotliCompressSync(bytes, {
        params: {[constants.BROTLI_PARAM_SIZE_HINT]: bytes.length},
      }).length,
    };
  }
  return result;
}

/** Script and wasm of the external build, gzip. */
export function shippedGzip(all) {
  return all['peer5.external.js'].gzip + all['peer5.wasm'].gzip;
}

/** @returns {Promise<boolean>} whether they are within the limit */
export async function printSizes() {
  const all = await sizes();
  const cell = text => String(text).padStart(10);
  process.stdout.write(
    `${'file'.padEnd(22)}${cell('raw')}${cell('gzip')}${cell('brotli')}\n`);
  for (const [file, {raw, gzip, brotli}] of Object.entries(all)) {
    process.stdout.write(
      `${file.padEnd(22)}${cell(raw)}${cell(gzip)}${cell(brotli)}\n`);
  }
  const shipped = shippedGzip(all);
  const good = shipped <= MAX_GZIP_BYTES;
  process.stdout.write(`script + wasm, gzip: ${shipped}, at most ${MAX_GZIP_BYTES}, ` +
    `goal ${GOAL_GZIP_BYTES}${good ? '' : ': PAST THE LIMIT'}\n`);
  return good;
}
