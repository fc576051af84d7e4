/**
 * peer5.Request agrees with native XMLHttpRequest while the bytes come from
 * peers: see with_peers/cases.js.
 */
import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {Gate, Origin} from '../harness/origin.js';
import {World, makeBytes} from '../harness/world.js';
import {cases} from './with_peers/cases.js';

const KIB = 1024;
/** What the origin sends of a file before it leaves the rest to peers. */
const HELD_AT = 40 * KIB;
/** Bytes a second: some seconds for the longest file. */
const SLOW = 1024 * KIB;

const PATH = '/xhr/with_peers/page.html';

/** Two-byte characters, of which every other block of 64 KiB starts with a half. */
function shiftJis(size) {
  const bytes = Buffer.from('.' + '\u0000'.repeat(size - 1), 'latin1');
  for (let i = 1; i + 1 < size; i += 2) bytes.set([0x88, 0x9f + i % 64], i);
  return bytes.subarray(0, size - 1 + size % 2);
}

const object = Object.fromEntries(Array.from({length: 8000}, (_, i) => [`key ${i}`, {text: `value ${i} – ä`.repeat(3)}]));
const xml = `<?xml version="1.0"?><list>${Array.from({length: 9000}, (_, i) => `<item>number ${i} of many</item>`).join('')}</list>`;

/** @type {Record<string, Partial<import('../harness/origin.js').Resource> & {bytes: Buffer}>} */
const FILES = {
  'binary': {bytes: makeBytes('of the cases'), headers: {'X-Mine': ' one , two', 'Cache-Control': 'public, max-age=60', 'Content-Language': 'en'}},
  'small': {bytes: makeBytes('small', 30 * KIB)},
  'utf-8': {bytes: Buffer.from('aé€😀'.repeat(60_000)), type: 'text/plain'},
  'utf-16le': {bytes: Buffer.from('aé€😀'.repeat(60_000), 'utf16le'), type: 'text/plain;charset=utf-16le'},
  'bom': {bytes: Buffer.from('\ufeff' + 'aé€😀'.repeat(60_000), 'utf16le'), type: 'text/plain;charset=utf-8'},
  'shift_jis': {bytes: shiftJis(500_000), type: 'text/plain; charset="shift_jis"'},
  'json': {bytes: Buffer.from(JSON.stringify(object)), type: 'application/json'},
  'xml': {bytes: Buffer.from(xml), type: 'application/xml'},
};

for (const name of BROWSERS) {
  describe(`XMLHttpRequest with peers in ${name}`, {timeout: 300_000}, () => {
    /** @type {World} */
    let world;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {Origin} where the page is for the cases of another origin */
    let elsewhere;
    /** @type {Record<string, {path: string, url: string}>} */
    const files = {};
    /** @type {Gate} */
    let gate;

    before(async () => {
      browser = await launch(name);
      world = await World.create();
      elsewhere = await new Origin().listen();
      for (const [file, resource] of Object.entries(FILES)) {
        const put = files[file] = world.put(resource);
        if (resource.bytes.length > HELD_AT) await world.seeder(browser, put);
      }
    });
    afterEach(() => gate?.open());
    after(async () => {
      await world?.close();
      await elsewhere?.close();
      await browser?.close();
    });

    /** @param {import('../harness/origin.js').Faults} faults of every file */
    function setFaults(faults) {
      for (const {path} of Object.values(files)) world.origin.files.get(path).faults = faults;
    }

    /** @param {any} one @param {boolean} native */
    async function run(one, native) {
      gate?.open();
      gate = new Gate();
      const holds = {hold: {at: HELD_AT, gate}};
      setFaults(native && !one.nativeHolds ? {} : one.origin === 'resets' ? {reset: true} : holds);
      const visitor = await world.visitor(browser, {
        path: PATH, site: one.from ? elsewhere.url : undefined,
        settings: native ? {tracker: undefined} : one.slow ? {downLinkLimit: SLOW} : {},
      });
      await visitor.page.waitForFunction('globalThis.ready');
      const urls = Object.fromEntries(Object.entries(files).map(([file, {url}]) => [file, url]));
      const seen = await visitor.page.evaluate((...args) => globalThis.run(...args), one.name, {native, urls});
      await visitor.leave();
      return seen;
    }

    for (const one of cases.filter((it) => it.name.includes(process.env.CASE ?? ''))) {
      test(`${one.name} (${one.clause})`, async () => {
        const native = await run(one, true);
        const ours = await run(one, false);
        assert.deepEqual(ours.log, native.log);
        assert.deepEqual(ours.result, one.differs?.[name] ? one.expectedResult : native.result);
        assert.ok(ours.loadedP2P > 0, `peers brought ${ours.loadedP2P} bytes`);
      });
    }
  });
}
