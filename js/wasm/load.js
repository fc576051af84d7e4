/**
 * Brings the core to life, once a page and only when something needs it.
 *
 * @module
 */
import createCore from '#core-glue';
import {coreBytes} from '#core-bytes';

/** @type {Promise<any> | null} */
let loading = null;

/**
 * The Emscripten module with the core's classes.
 *
 * @param {string} [wasmUrl] where peer5.wasm is (external builds)
 * @returns {Promise<any>} rejects where WebAssembly is missing or forbidden;
 *   a later call tries again
 */
export function loadCore(wasmUrl) {
  loading ??= load(wasmUrl).catch(error => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(wasmUrl) {
  const bytes = await coreBytes(wasmUrl);
  const compiled = await WebAssembly.compile(/** @type {BufferSource} */ (bytes));
  return new Promise((resolve, reject) => {
    createCore({
      // Given this, Emscripten's loader neither fetches nor aborts by itself,
      // nor does it notice when this fails.
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(compiled, imports).then(done).catch(reject);
        return {};
      },
    }).then(resolve, reject);
  });
}
