/**
 * peer5.Request agrees with native XMLHttpRequest: the table of cases, in each
 * browser: native, without a tracker, with one and a stand-in for the engine,
 * and as built, with the real engine and a tracker that is down. See
 * cases/index.js.
 */
import assert from 'node:assert/strict';
import {fileURLToPath} from 'node:url';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {cases} from './cases/index.js';
import {startOrigin} from './origin.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @param {string} peer5 the module's URL */
const page = (peer5) => `<!doctype html><meta charset="utf-8"><title>cases</title>
<script type="module">
import {Request, setGlobalOptions} from '${peer5}';
import {cases} from '/cases/index.js';
import {runCases} from '/runner.js';
const native = XMLHttpRequest;
const {instantiate} = WebAssembly;
globalThis.instances = 0;
WebAssembly.instantiate = (...args) => { globalThis.instances++; return instantiate(...args); };
globalThis.run = (kind, names) => {
  // The table is about drop-in use, so the global is ours, as with peer5/auto.
  globalThis.XMLHttpRequest = kind === 'native' ? native : Request;
  setGlobalOptions({tracker: kind.startsWith('with ') ? 'ws://127.0.0.1:1/' : undefined});
  return runCases(cases, names, globalThis.XMLHttpRequest);
};
globalThis.ready = true;
</script>`;

function startServer() {
  return startOrigin({
    pages: {'/': {html: page('/js/index.js')}, '/built': {html: page('/dist/peer5.mjs')}},
    mounts: [
      {prefix: '/js/engine/engine.js', dir: here('standin_engine.js')},
      {prefix: '/js/', dir: here('../../../js')},
      {prefix: '/dist/', dir: here('../../../dist')},
      {prefix: '/', dir: here('.')},
    ],
  });
}

const BUILT = 'with the engine as built';
const KINDS = ['native', 'without tracker', 'with tracker', BUILT];

/** What is compared: `expected` where this browser's native class departs from the standard. */
function wanted(one, native, browser) {
  if (!one.differs?.[browser]) return {log: native.log, result: native.result};
  const {expected = undefined, expectedResult = undefined} = one;
  return {log: expected, result: expectedResult};
}

function assertServed(one, served) {
  if (one.p2p === 'maybe') return;
  assert.equal(served, one.p2p ? one.times ?? 1 : 0, 'requests that the engine served');
}

for (const browser of BROWSERS) {
  describe(`XMLHttpRequest in ${browser}`, () => {
    let origin;
    let running;
    /** @type {Record<string, any>} */
    const reports = {};
    /** @type {Record<string, number>} of the engine's wasm */
    const instances = {};

    before(async () => {
      origin = await startServer();
      running = await launch(browser);
      const names = cases.map(({name}) => name).filter((name) => name.includes(process.env.CASE ?? ''));
      await Promise.all(KINDS.map(async (kind) => {
        const page = await running.newPage({type: 'window'});
        await page.goto(`${origin.url}/${kind === BUILT ? 'built' : ''}`);
        await page.waitForFunction('globalThis.ready');
        reports[kind] = {};
        for (const name of names) {
          Object.assign(reports[kind], await page.evaluate((k, n) => globalThis.run(k, [n]), kind, name));
        }
        instances[kind] = await page.evaluate(() => globalThis.instances);
      }));
    });

    after(async () => {
      await running?.close();
      await origin?.close();
    });

    for (const one of cases.filter(({name}) => name.includes(process.env.CASE ?? ''))) {
      test(`${one.name} (${one.clause})`, () => {
        const [native, without, withTracker, built] = KINDS.map((kind) => reports[kind][one.name]);
        assert.deepEqual([without.log, without.result], [native.log, native.result], 'without a tracker');
        assert.equal(without.served, 0);
        const {log, result} = wanted(one, native, browser);
        for (const [kind, seen] of Object.entries({'with a tracker': withTracker, [BUILT]: built})) {
          if (log) assert.deepEqual(seen.log, log, `events ${kind}`);
          if (result !== undefined) assert.deepEqual(seen.result, result, `result ${kind}`);
        }
        assertServed(one, withTracker.served);
      });
    }

    test('the wasm is loaded where something is eligible, and once', () => {
      assert.deepEqual(instances, {'native': 0, 'without tracker': 0, 'with tracker': 0, [BUILT]: 1});
    });
  });
}
