/**
 * Builds what the arguments name, or everything that is shipped:
 *
 *   wasm        both modules → dist/core
 *   bundle      the scripts and types → dist
 *   wasm-tests  the unit tests, to be run under Node
 *   debug       native unit tests, sanitized
 *   simulator   native, optimized
 *   fuzz        libFuzzer targets (needs clang)
 *   codec       the codec alone, as wasm, for the benchmark
 *
 *   node js/build/build.js [--only wasm,bundle]
 */
import {existsSync} from 'node:fs';
import {copyFile, mkdir, readFile, writeFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {constants, deflateRawSync} from 'node:zlib';
import {run, step, ROOT} from './run.js';
import {which} from './system.js';
import {digestOf, isFresh, markFresh} from './freshness.js';
import {shrinkWasm} from './shrink.js';

/**
 * What Emscripten needs to know. Debian's finds its JavaScript tools only by
 * NODE_PATH, is written for Debian's Python, and has a cache that is read-only
 * and lacks the variants of the system libraries that we link.
 */
function emscriptenEnv() {
  const env = {};
  if (!process.env.NODE_PATH) env.NODE_PATH = '/usr/share/nodejs';
  const debians = which('emcc') === '/usr/bin/emcc' && existsSync('/usr/bin/python3');
  if (!process.env.EMSDK_PYTHON && debians) env.EMSDK_PYTHON = '/usr/bin/python3';
  if (!process.env.EM_CACHE) {
    env.EM_CACHE = join(ROOT, '.build/emscripten-cache');
    env.EM_FROZEN_CACHE = '';
  }
  // Under npm, the first wasm-opt on the path is an npm package's, and not the
  // one that this Emscripten is made for.
  env.PATH = (process.env.PATH ?? '').split(delimiter)
    .filter(dir => !dir.endsWith(join('node_modules', '.bin'))).join(delimiter);
  return env;
}

/** Another clone's objects are as good: paths count from the root. */
const ccacheEnv = {CCACHE_BASEDIR: ROOT, CCACHE_NOHASHDIR: '1'};
const launcher = () => which('ccache') ? ['-DCMAKE_CXX_COMPILER_LAUNCHER=ccache'] : [];

/** @param {string} preset @param {string[]} [targets] all, if none is named */
async function native(preset, targets = []) {
  await run('cmake', ['--preset', preset, ...launcher()]);
  await run('cmake', buildArgs(preset, targets), {env: ccacheEnv});
}

/** @param {string} preset @param {string[]} targets */
const buildArgs = (preset, targets) => ['--build', join('.build', preset),
  ...targets.length > 0 ? ['--target', ...targets] : []];

/** @param {string[]} [targets] all, if none is named */
async function emscripten(targets = []) {
  const env = {...emscriptenEnv(), ...ccacheEnv};
  await run('emcmake', ['cmake', '--preset', 'wasm', ...launcher()], {env});
  await run('cmake', buildArgs('wasm', targets), {env});
}

async function wasmModules() {
  await emscripten(['peer5_client_wasm', 'peer5_tracker_wasm']);
  const core = join(ROOT, 'dist/core');
  await mkdir(core, {recursive: true});
  for (const name of ['client', 'tracker']) {
    for (const file of [`${name}.mjs`, `${name}.wasm`]) {
      await copyFile(join(ROOT, '.build/wasm/wasm', file), join(core, file));
    }
    await writeFile(join(core, `${name}.d.mts`),
      'declare const create: (options: object) => Promise<any>;\nexport default create;\n');
  }
  await shrinkWasm(join(core, 'client.wasm'));
  await writeInlined(await readFile(join(core, 'client.wasm')), core);
}

/**
 * The module as text for the builds that carry it inside. Deflated first:
 * base64 hides from a server's gzip what repeats in the bytes, so that plain
 * base64 would cost a visitor half as much again.
 *
 * @param {Uint8Array} wasm
 * @param {string} dir
 */
async function writeInlined(wasm, dir) {
  const deflated = deflateRawSync(wasm, {level: constants.Z_BEST_COMPRESSION});
  await writeFile(join(dir, 'client.base64.mjs'),
    `export default ${JSON.stringify(deflated.toString('base64'))};\n`);
  await writeFile(join(dir, 'client.base64.d.mts'),
    'declare const base64: string;\nexport default base64;\n');
}

const CPP = ['CMakeLists.txt', 'CMakePresets.json', 'core', 'package-lock.json', 'js/build'];
const NATIVE = [...CPP, 'tests/unit', 'tests/sim', 'tests/bench'];

/**
 * `made`: what is there when the target is built; it is built again if that is
 * gone or a source has changed.
 */
const TARGETS = {
  wasm: {
    what: 'Building the wasm modules',
    sources: [...CPP, 'wasm'],
    made: ['dist/core/client.wasm', 'dist/core/tracker.wasm'],
    work: wasmModules,
  },
  'wasm-tests': {
    what: 'Building the unit tests for wasm',
    sources: [...CPP, 'wasm', 'tests/unit'],
    made: ['.build/wasm/CTestTestfile.cmake'],
    work: () => emscripten(),
  },
  debug: {
    what: 'Building the native tests',
    sources: NATIVE,
    made: ['.build/debug/CTestTestfile.cmake'],
    work: () => native('debug'),
  },
  simulator: {
    what: 'Building the simulator',
    sources: [...CPP, 'tests/sim'],
    made: ['.build/release/tests/sim/peer5_sim'],
    work: () => native('release', ['peer5_sim']),
  },
  fuzz: {
    what: 'Building the fuzzers',
    sources: [...CPP, 'tests/fuzz'],
    made: ['.build/fuzz/build.ninja'],
    work: () => native('fuzz'),
  },
  codec: {
    what: 'Building the codec for the benchmark',
    sources: [...CPP, 'wasm', 'tests/bench/codec'],
    made: ['.build/wasm/wasm/codec.wasm'],
    work: () => emscripten(['peer5_codec_wasm']),
  },
  bundle: {
    what: 'Bundling the scripts',
    sources: ['js', 'dist/core/client.wasm', 'package.json', 'package-lock.json'],
    made: ['dist/peer5.js', 'dist/auto.mjs', 'dist/peer5.wasm', 'dist/types/index.d.ts'],
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
    // Looked up before the work, so that what changes meanwhile counts as new.
    const digest = await digestOf(target.sources);
    const made = target.made.every(path => existsSync(join(ROOT, path)));
    if (made && await isFresh(name, digest)) continue;
    await step(target.what, target.work);
    await markFresh(name, digest);
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
