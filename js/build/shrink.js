/**
 * Makes the module that visitors download smaller than Emscripten's linker
 * leaves it, whose Binaryen is as old as itself (Debian's is 108): the pinned
 * one from npm finds 3% more.
 */
import {rename} from 'node:fs/promises';
import {join} from 'node:path';
import {run, ROOT} from './run.js';

/**
 * What the module is compiled for (PEER5_SMALL_WASM in CMakeLists.txt), and
 * nothing newer, so that no browser loses what it could run.
 */
const FEATURES = ['--mvp-features', '--enable-mutable-globals', '--enable-sign-ext',
  '--enable-nontrapping-float-to-int', '--enable-bulk-memory', '--enable-bulk-memory-opt'];

/**
 * Rereloop writes the control flow anew, from what it does instead of how it
 * grew. Not --traps-never-happen: a check that fails has to end the module.
 */
const PASSES = ['--flatten', '--rereloop', '-Oz', '-Oz', '--strip-producers',
  '--strip-target-features'];

/** @param {string} wasm the module's file, which is replaced */
export async function shrinkWasm(wasm) {
  const smaller = `${wasm}.smaller`;
  await run('node', [join(ROOT, 'node_modules/binaryen/bin/wasm-opt'), wasm,
    ...FEATURES, ...PASSES, '-o', smaller]);
  await rename(smaller, wasm);
}
