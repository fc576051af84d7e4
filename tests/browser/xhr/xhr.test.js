/**
 * peer5.Request agrees with native XMLHttpRequest: the table of cases, in each
 * browser, three ways. See cases/index.js.
 */
import assert from 'node:assert/strict';
import {fileURLToPath} from 'node:url';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {cases} from './cases/index.js';
import {startOrigin} from './origin.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const PAGE = `<!doctype html><meta charset="utf-8"><title>cases</title>
<script type="module">
import {Request, setGlobalOptions} from '/js/index.js';
import {cases} from '/cases/index.js';
import {runCases} from '/runner.js';
const native = XMLHttpRequest;
globalThis.run = (kind, names) => {
  // The table is about drop-in use, so the global is ours, as with peer5/auto.
  globalThis.XMLHttpRequest = kind === 'native' ? native : Request;
  setGlobalOptions({tracker: kind === 'with tracker' ? 'wss://tracker.invalid' : undefined});
  return runCases(cases, names, globalThis.XMLHttpRequest);
};
globalThis.ready = true;
</script>`;

function startServer() {
  return startOrigin({
    pages: {'/': {html: PAGE}},
    mounts: [
      {prefix: '/js/engine/engine.js', dir: here('standin_engine.js')},
      {prefix: '/js/', dir: here('../../../js')},
      {prefix: '/', dir: here('.')},
    ],
  });
}

const KINDS = ['native', 'without tracker', 'with tracker'];

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

    before(async () => {
      origin = await startServer();
      running = await launch(browser);
      const names = cases.map(({name}) => name).filter((name) => name.includes(process.env.CASE ?? ''));
      await Promise.all(KINDS.map(async (kind) => {
        const page = await running.newPage({type: 'window'});
        await page.goto(`${origin.url}/`);
        await page.waitForFunction('globalThis.ready');
        reports[kind] = {};
        for (const name of names) {
          Object.assign(reports[kind], await page.evaluate((k, n) => globalThis.run(k, [n]), kind, name));
        }
      }));
    });

    after(async () => {
      await running?.close();
      await origin?.close();
    });

    for (const one of cases.filter(({name}) => name.includes(process.env.CASE ?? ''))) {
      test(`${one.name} (${one.clause})`, () => {
        const [native, without, withTracker] = KINDS.map((kind) => reports[kind][one.name]);
        assert.deepEqual([without.log, without.result], [native.log, native.result], 'without a tracker');
        assert.equal(without.served, 0);
        const {log, result} = wanted(one, native, browser);
        if (log) assert.deepEqual(withTracker.log, log, 'events with a tracker');
        if (result !== undefined) assert.deepEqual(withTracker.result, result, 'result with a tracker');
        assertServed(one, withTracker.served);
      });
    }
  });
}
