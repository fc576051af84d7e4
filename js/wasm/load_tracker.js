/** Brings the tracker's core to life, in Node. */
import {readFile} from 'node:fs/promises';
import createTracker from '../../dist/core/tracker.mjs';

/** @returns {Promise<any>} the Emscripten module with the tracker's classes */
export async function loadTrackerCore() {
  const bytes = await readFile(
    new URL('../../dist/core/tracker.wasm', import.meta.url));
  return createTracker({wasmBinary: bytes});
}
