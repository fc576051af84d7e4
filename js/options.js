/**
 * The page's settings: where the tracker is, which requests P2P may touch, how
 * much it may use. One set a page; `setGlobalOptions` changes what it is given.
 *
 * The tracker's address is taken from, first to last: a request's own
 * `tracker` option; `setGlobalOptions({tracker})`; the `data-tracker`
 * attribute of the script tag that loads peer5; `<meta name="peer5-tracker"
 * content="wss://…">`, for pages that load peer5 as a module.
 *
 * @module
 */

/** @typedef {import('./engine/types.js').GlobalOptions} GlobalOptions */
/** @typedef {import('./engine/types.js').Engine} Engine */
/** @typedef {import('./engine/types.js').Scope} Scope */

/** @type {GlobalOptions} */
const settings = {};

/** Engines by tracker URL; '' is the one that works with manifests only. @type {Map<string, Promise<Engine>>} */
const engines = new Map();
/** Those of them that are there. @type {WeakSet<Promise<Engine>>} */
const loaded = new WeakSet();

// Only there while the script runs, so it is kept; null in modules.
const script = /** @type {HTMLScriptElement | null} */ (globalThis.document?.currentScript ?? null);

/** The `data-…` attributes of the script tag that loads peer5. @type {Readonly<Record<string, string | undefined>>} */
export const scriptData = {...script?.dataset};

/** @returns {Readonly<GlobalOptions>} */
export function globalOptions() {
  return settings;
}

/**
 * Only what is given is changed; `undefined` takes a setting back.
 *
 * @param {GlobalOptions} options
 */
export function setGlobalOptions(options) {
  checkGlobalOptions(options);
  Object.assign(settings, options);
  for (const engine of engines.values()) {
    engine.then((running) => running.setOptions(options), () => {});
  }
}

const CHECKS = /** @type {const} */ ({
  downLinkLimit: isRate, upLinkLimit: isRate, maxPeers: isRate,
  tracker: isSocketUrl,
});

/** @param {unknown} value */
function isRate(value) {
  return typeof value === 'number' && value >= 0 ? '' : 'a number, 0 or more';
}

/** @param {unknown} value */
function isSocketUrl(value) {
  return /^wss?:\/\/./i.test(String(value)) ? '' : 'a ws:// or wss:// URL';
}

/** @param {GlobalOptions} options */
function checkGlobalOptions(options) {
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = options[/** @type {keyof GlobalOptions} */ (name)];
    const wanted = value === undefined ? '' : check(value);
    if (wanted) throw new TypeError(`peer5: ${name} must be ${wanted}, not ${value}.`);
  }
}

/**
 * The tracker that requests without one of their own use, '' if none is set.
 *
 * @returns {string}
 */
export function trackerUrl() {
  return settings.tracker ?? socketUrl(scriptData.tracker) ?? socketUrl(trackerInMeta()) ?? '';
}

/** In markup it may be relative, like `/tracker`. @param {string | undefined} given */
function socketUrl(given) {
  const base = globalThis.document?.baseURI;
  if (!given || /^wss?:/i.test(given) || !URL.canParse(given, base)) return given;
  return new URL(given, base).href.replace(/^http/, 'ws');
}

/** @type {string | undefined} */
let inMeta;

/** Looked for once the document is parsed; before that in what there is of its head. */
function trackerInMeta() {
  const {document} = globalThis;
  if (inMeta !== undefined || !document) return inMeta ?? '';
  const meta = document.head?.querySelector('meta[name="peer5-tracker"]');
  const found = meta?.getAttribute('content') ?? '';
  if (found || document.readyState !== 'loading') inMeta = found;
  return found;
}

/** @param {string} tracker @param {Partial<GlobalOptions>} overrides */
const keyOf = (tracker, overrides) => JSON.stringify([tracker, overrides]);

/**
 * The engine for one tracker, loaded on first use and not before: a page that
 * makes no eligible request never compiles the wasm.
 *
 * @param {string} tracker URL; '' for none
 * @param {Partial<GlobalOptions>} overrides of the request that asks first
 * @returns {Promise<Engine>}
 */
export function engineFor(tracker, overrides) {
  const key = keyOf(tracker, overrides);
  let engine = engines.get(key);
  if (!engine) {
    engine = import('./engine/engine.js').then(({getEngine}) =>
      getEngine({...settings, token: settings.token ?? scriptData.token, ...overrides,
        tracker: tracker || undefined}));
    engines.set(key, engine);
    engine.then(() => loaded.add(/** @type {Promise<Engine>} */ (engine)), () => {});
  }
  return engine;
}

/** @param {string} tracker @param {Partial<GlobalOptions>} overrides */
export function isEngineLoaded(tracker, overrides) {
  const engine = engines.get(keyOf(tracker, overrides));
  return engine !== undefined && loaded.has(engine);
}

/** @param {string | RegExp} pattern @param {string} url */
function matches(pattern, url) {
  if (pattern instanceof RegExp) return url.search(pattern) >= 0;
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`).test(url);
}

/**
 * Whether P2P may touch a URL. A pattern is matched against the whole absolute
 * URL, `*` standing for anything.
 *
 * @param {string} url
 */
export function inScope(url) {
  const {include, exclude} = settings.scope ?? {};
  return (!include || include.some((pattern) => matches(pattern, url))) &&
    !exclude?.some((pattern) => matches(pattern, url));
}

let paused = false;

/** @param {boolean} value true: no further request goes to peers unless it insists (downloadMode 'p2p') */
export function setPaused(value) {
  paused = value;
}

export function isPaused() {
  return paused;
}
