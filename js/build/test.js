/**
 * Runs the tests, all or those that are named, and says at the end how it went.
 *
 *   lint     formatting of C++, JavaScript rules and types
 *   unit     the core, natively with sanitizers and as wasm under Node
 *   node     tracker and command line, with real sockets
 *   size     what a visitor downloads, against its limit
 *   browser  everything together, in real Chromium and Firefox
 *
 *   node js/build/test.js [--only unit,node]
 */
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {run, step, ROOT} from './run.js';
import {printSizes} from './sizes.js';

/** @param {string} dir @param {RegExp} pattern @returns {Promise<string[]>} */
async function filesIn(dir, pattern) {
  const names = await readdir(join(ROOT, dir), {recursive: true}).catch(() => []);
  return names.filter(name => pattern.test(name) && !name.includes('node_modules'))
    .map(name => join(dir, name)).sort();
}

async function lint() {
  const sources = (await Promise.all(['core', 'wasm', 'tests'].map(
    dir => filesIn(dir, /\.(cc|h)$/)))).flat();
  // Formatters of different versions disagree: this one decides.
  await run('clang-format-14', ['--dry-run', '-Werror', ...sources]);
  await run('node', ['node_modules/eslint/bin/eslint.js', '-c', 'js/eslint.config.js', 'js', 'web', 'tests'], {show: true});
  for (const part of ['js', 'web']) {
    await run('node', ['node_modules/typescript/bin/tsc', '-p', `${part}/tsconfig.json`], {show: true});
  }
}

/** @param {string} preset */
const ctest = preset => run('ctest',
  ['--test-dir', join('.build', preset), '--output-on-failure', '--no-tests=error', '-j2'], {show: true});

/** @param {string[]} files @param {string[]} [flags] */
async function nodeTest(files, flags = []) {
  if (files.length === 0) throw new Error('There are no such tests.');
  await run('node', ['--test', ...flags, ...files], {show: true});
}

const PARTS = {
  lint: ['Formatting, rules and types', lint],
  unit: ['Core, native with sanitizers, then as wasm', async () => {
    await ctest('debug');
    await ctest('wasm');
  }],
  node: ['Tracker and command line', async () =>
    nodeTest(await filesIn('tests/node', /\.test\.js$/))],
  size: ['Size of what is shipped', async () => {
    if (!await printSizes()) throw new Error('The bundle has grown past its limit.');
  }],
  // One file at a time: each starts browsers, and there may be two cores only.
  browser: ['Real browsers', async () =>
    nodeTest(await filesIn('tests/browser', /\.test\.js$/), ['--test-concurrency=1'])],
};

const {values} = parseArgs({options: {only: {type: 'string'}}});
const names = values.only?.split(',') ?? Object.keys(PARTS);
const results = [];
for (const name of names) {
  const part = PARTS[name];
  if (!part) {
    process.stderr.write(`There is no part “${name}”; there are: ${Object.keys(PARTS).join(', ')}\n`);
    process.exit(1);
  }
  try {
    await step(part[0], part[1]);
    results.push({name, ok: true});
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    results.push({name, ok: false});
  }
}
process.stdout.write('\n');
for (const {name, ok} of results) process.stdout.write(`${ok ? 'passed' : 'FAILED'}  ${name}\n`);
process.exit(results.every(({ok}) => ok) ? 0 : 1);
