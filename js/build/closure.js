#!/usr/bin/env node
/**
 * The Closure compiler, as Emscripten calls it at link time. Old Emscriptens
 * (3.1.6) and new compilers differ in two points; this stands between them.
 */
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const CLI = fileURLToPath(
  new URL('../../node_modules/google-closure-compiler/cli.js', import.meta.url));

const args = process.argv.slice(2)
  // What “all the language has” is called today.
  .map(arg => arg === 'ECMASCRIPT_NEXT_IN' ? 'UNSTABLE' : arg);
// Emscripten declares the names of newer web APIs (WebGPU), which the compiler
// has since come to know by itself, and which it would call declared twice.
args.push('--jscomp_off=checkVars');

process.exit(spawnSync(process.execPath, [CLI, ...args], {stdio: 'inherit'}).status ?? 1);
