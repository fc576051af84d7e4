/**
 * Makes a page that knows nothing of peer5 use it: loading this replaces the
 * global XMLHttpRequest, and `fetch` for eligible GETs if asked to.
 *
 * ```html
 * <script src="peer5/auto.js" data-tracker="wss://tracker.example"
 *   data-include="https://cdn.example/*" data-exclude="*.json"
 *   data-min-size="65536" data-strategy="server-friendly" data-fetch></script>
 * ```
 *
 * As a module: `import {auto} from 'peer5/auto'; auto.install({tracker, fetch: true})`;
 * the import alone has replaced XMLHttpRequest, which changes nothing until a
 * tracker is set. `auto.restore()` undoes it. A single request opts out by
 * `new XMLHttpRequest({p2p: false})`.
 *
 * @module
 */
import {installFetch} from './auto_fetch.js';
import {globalOptions, scriptData, setGlobalOptions, setPaused} from './options.js';
import {NativeXMLHttpRequest, Request} from './request/request.js';

export * from './index.js';
export {default} from './index.js';

/**
 * @typedef {object} AutoOptions
 * @property {string} [tracker] ws(s) URL
 * @property {string} [token] admission token for it
 * @property {import('./engine/types.js').Strategy} [strategy]
 * @property {(string | RegExp)[]} [include] URL patterns, `*` matches anything; default: all
 * @property {(string | RegExp)[]} [exclude]
 * @property {number} [minSize] bytes; smaller responses never join a swarm
 * @property {boolean} [fetch] replace `fetch` as well
 */

/** A response that is smaller costs less to fetch than to find peers for. */
const MIN_SIZE = 64 * 1024;

/** @type {(() => void) | null} */
let restoreFetch = null;

/** @param {PropertyKey} name @param {unknown} value keeping the property as the platform made it */
function replaceGlobal(name, value) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  if (before) Object.defineProperty(globalThis, name, {...before, value});
}

/** @param {object} object without the members that are undefined */
function given(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** @param {AutoOptions} [options] may be called again to change some */
function install({tracker, token, strategy, include, exclude, minSize, fetch} = {}) {
  const scope = {minSize: MIN_SIZE, ...globalOptions().scope, ...given({include, exclude, minSize})};
  setGlobalOptions({...given({tracker, token, strategy}), scope});
  setPaused(false);
  if (globalThis.XMLHttpRequest === NativeXMLHttpRequest) replaceGlobal('XMLHttpRequest', Request);
  if (fetch && !restoreFetch) restoreFetch = installFetch(replaceGlobal);
}

/**
 * Puts the native classes back. If somebody has wrapped the global since, the
 * wrapper stays, and the requests behind it go to native.
 */
function restore() {
  setPaused(true);
  if (globalThis.XMLHttpRequest === Request) replaceGlobal('XMLHttpRequest', NativeXMLHttpRequest);
  restoreFetch?.();
  restoreFetch = null;
}

export const auto = {install, restore};

/** @param {string | undefined} list */
const patterns = (list) => list?.trim().split(/\s+/);

install({
  strategy: /** @type {any} */ (scriptData.strategy),
  include: patterns(scriptData.include),
  exclude: patterns(scriptData.exclude),
  minSize: scriptData.minSize === undefined ? undefined : Number(scriptData.minSize),
  fetch: scriptData.fetch !== undefined,
});
