/**
 * Makes the files that are published:
 *
 *   peer5.mjs, auto.mjs                    ES modules, the wasm inside
 *   peer5.external.mjs, auto.external.mjs  ES modules beside peer5.wasm
 *   peer5.js, auto.js                      classic scripts (global `peer5`)
 *   peer5.external.js, auto.external.js    classic scripts beside peer5.wasm
 *   types/                                 declarations, from the JSDoc
 */
import {copyFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import esbuild from 'esbuild';
import {minify} from 'terser';
import {run, ROOT} from './run.js';

const DIST = join(ROOT, 'dist');
const ENTRIES = {peer5: 'js/index.js', auto: 'js/auto.js'};

/** The wasm's bytes inside the script instead of beside it. */
const inlineWasm = {
  name: 'inline-wasm',
  setup(build) {
    build.onResolve({filter: /^#core-bytes$/}, () =>
      ({path: join(ROOT, 'js/wasm/bytes_inline.js')}));
  },
};

async function bundleOne(name, {format, inline}) {
  const esm = format === 'esm';
  const outfile = join(DIST, `${name}${inline ? '' : '.external'}.${esm ? 'mjs' : 'js'}`);
  const {outputFiles: [bundled]} = await esbuild.build({
    entryPoints: [join(ROOT, ENTRIES[name])],
    outfile,
    write: false,
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    legalComments: 'none',
    sourcemap: false,
    plugins: inline ? [inlineWasm] : [],
    ...esm ? {} : {
      globalName: 'peer5',
      // A classic script's own URL is known only while it first runs. A
      // namespace object is no place for callers to write to; a plain one is.
      banner: {js: 'var peer5=(()=>{var __peer5Url=globalThis.document?.currentScript?.src;'},
      footer: {js: 'return Object.assign({},peer5.default??{},peer5)})();'},
      define: {'import.meta.url': '__peer5Url'},
    },
  });
  await writeFile(outfile, await squeeze(bundled.text, esm));
}

/**
 * What terser finds beyond esbuild: 3.5% gzipped. Only what keeps the meaning
 * of any code: nothing of its “unsafe” options.
 *
 * @param {string} script
 * @param {boolean} esm
 */
async function squeeze(script, esm) {
  const {code} = await minify(script, {
    module: esm,
    // Nothing of ours is read from outside by the name of a variable but the
    // classic script's one global.
    toplevel: esm,
    ecma: 2020,
    compress: {passes: 3},
    format: {comments: false},
  });
  if (code === undefined) throw new Error('terser returned no script');
  return code;
}

export async function bundle() {
  for (const name of Object.keys(ENTRIES)) {
    for (const format of /** @type {const} */ (['esm', 'iife'])) {
      for (const inline of [true, false]) await bundleOne(name, {format, inline});
    }
  }
  await copyFile(join(DIST, 'core/client.wasm'), join(DIST, 'peer5.wasm'));
  await run('node', [join(ROOT, 'node_modules/typescript/bin/tsc'),
    '-p', join(ROOT, 'js/tsconfig.types.json')]);
}
