#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=1
/**
 * `peer5 tracker` and `peer5 manifest`: what an operator runs.
 *
 * Above, the memory for young objects: a tracker's live for a message, and
 * Node's usual 48 MB of it are more than ten thousand sockets need in all. And
 * one arena for glibc's malloc: else each of V8's threads keeps what it has once
 * used, some 14 MB together.
 */

import {createRequire} from 'node:module';
import {Command} from 'commander';
import {addManifestCommand} from './manifest.js';
import {addTrackerCommand} from './tracker.js';

const {version} = createRequire(import.meta.url)('../../package.json');

const program = new Command('peer5')
  .description('Downloads that come from the other visitors of a page')
  .version(version)
  .showHelpAfterError();
addTrackerCommand(program);
addManifestCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(`peer5: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
