/**
 * Builds what the arguments name, or everything that is shipped:
 *
 *   wasm     both modules → dist/core
 *   bundle   the scripts and types → dist
 *   debug    native unit tests, sanitized
 *   release  native simulator and benchmarks
 *
 *   node js/build/build.js [--only wasm,bundle]
 */
import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {run, step, ROOT} from './run.js';
import {which} from './system.js';
import {isFresh, markFresh} from './freshness.js';

/** Debian's emcc finds its JavaScript tools only by NODE_PATH. */
function emscriptenEnv() {
  const env = {EM_CLOSURE_COMPILER: join(ROOT, 'node_modules/.bin/google-closure-compiler')};
  if (!process.env.NODE_PATH) env.NODE_PATH = '/usr/share/nodejs';
  if (!process.env.EM_CACHE) {
    // Debian's own cache is read-only and lacks the variants of the system
    // libraries that we link.
    env.EM_CACHE = join(ROOT, '.build/emscripten-cache');
    env.EM_FROZEN_CACHE = '';
  }
  return env;
}

const launcher = () => which('ccache') ? ['-DCMAKE_CXX_COMPILER_LAUNCHER=ccache'] : [];

async function native(preset) {
  await run('cmake', ['--preset', preset, ...launcher()]);
  await run('cmake', ['--build', join(ROOT, '.build', preset)]);
}

async function wasm() {
  const env = emscriptenEnv();
  await run('emcmake', ['cmake', '--preset', 'wasm', ...launcher()], {env});
  await run('cmake', ['--build', join(ROOT, '.build/wasm')], {env});
  const core = join(ROOT, 'dist/core');
  await mkdir(core, {recursive: true});
  for (const file of ['client.mjs', 'client.wasm', 'tracker.mjs', 'tracker.wasm']) {
    await copyFile(join(ROOT, '.build/wasm/wasm', file), join(core, file));
  }
  const bytes = await readFile(join(core, 'client.wasm'));
  await writeFile(join(core, 'client.base64.mjs'),
    `export default ${JSON.stringify(bytes.toString('base64'))};\n`);
  await writeFile(join(core, 'client.base64.d.mts'),
    'declare const base64: string;\nexport default base64;\n');
  for (const name of ['client', 'tracker']) {
    await writeFile(join(core, `${name}.d.mts`),
      'declare const create: (options: object) => Promise<any>;\nexport default create;\n');
  }
}

const TARGETS = {
  wasm: {
    what: 'Building the wasm modules and their tests',
    sources: ['CMakeLists.txt', 'CMakePresets.json', 'core', 'wasm', 'tests/unit', 'package-lock.json', 'js/build'],
    work: wasm,
  },
  debug: {
    what: 'Building the native tests',
    sources: ['CMakeLists.txt', 'CMakePresets.json', 'core', 'tests/unit', 'tests/sim', 'tests/bench', 'package-lock.json'],
    work: () => native('debug'),
  },
  release: {
    what: 'Building the native tools',
    sources: ['CMakeLists.txt', 'CMakePresets.json', 'core', 'tests/unit', 'tests/sim', 'tests/bench', 'package-lock.json'],
    work: () => native('release'),
  },
  bundle: {
    what: 'Bundling the scripts',
    sources: ['js', 'core', 'wasm', 'package.json', 'package-lock.json'],
    work: async () => {
      const {bundle} = await import('./bundle.js');
      await bundle();
    },
  },
};

/**
 * @param {string[]} names of TARGETS
 * @param {{quiet?: boolean}} [options]
 */
export async function build(names, {quiet = false} = {}) {
  for (const name of names) {
    const target = TARGETS[name];
    if (!target) {
      throw new Error(`There is no target “${name}”; there are: ` +
        Object.keys(TARGETS).join(', '));
    }
    if (await isFresh(name, target.sources)) continue;
    await step(target.what, target.work);
    await markFresh(name, target.sources);
  }
  if (names.includes('bundle') && !quiet) {
    const {printSizes} = await import('./sizes.js');
    await printSizes();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const {values} = parseArgs({options: {only: {type: 'string', default: 'wasm,bundle'}}});
  try {
    await build(values.only.split(','));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
