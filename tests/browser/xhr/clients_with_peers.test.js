/**
 * Real clients, unmodified, and fetch, on a page that loads peer5/auto, while
 * the origin sends no more than the start of each file: peers bring the rest.
 */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {playStream, withClients} from './clients.js';
import {Gate, sha256} from '../harness/origin.js';
import {World} from '../harness/world.js';
import {SEGMENTS, SEGMENT_SECONDS, initSegment, playlist, segment} from './vod_stream.js';

const HELD_AT = 40 * 1024;
const TEXT = Buffer.from('aé€😀'.repeat(100_000));

/** Each gives what it got, as bytes, and what it was told of the size; all run in the page. */
const JOBS = {
  async axios(url) {
    let told;
    const {data} = await globalThis.axios.get(url, {responseType: 'arraybuffer', onDownloadProgress: ({loaded, total}) => { told = [loaded, total]; }});
    return {told, got: await digestOf(data)};
  },

  async jQuery(url) {
    const told = [];
    const xhr = () => Object.assign(new XMLHttpRequest(), {onprogress({loaded, total}) { told.splice(0, 2, loaded, total); }});
    const text = await globalThis.$.ajax({url, dataType: 'text', xhr});
    return {told, got: await digestOf(new TextEncoder().encode(text))};
  },

  async superagent(url) {
    let told;
    const {body} = await globalThis.superagent.get(url).responseType('arraybuffer')
      .on('progress', ({loaded, total}) => { told = [loaded, total]; });
    return {told, got: await digestOf(body)};
  },

  async fetch(url) {
    globalThis.peer5.auto.install({fetch: true});
    const response = await globalThis.fetch(url);
    const copy = response.clone();
    let loaded = 0;
    for (const reader = response.body.getReader(); ;) {
      const {done, value} = await reader.read();
      if (done) break;
      loaded += value.length;
    }
    return {told: [loaded, Number(response.headers.get('content-length'))], got: await digestOf(await copy.arrayBuffer())};
  },
};

for (const name of BROWSERS) {
  describe(`clients with peers in ${name}`, {timeout: 180_000}, () => {
    /** @type {World} */
    let world;
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    const gate = new Gate();

    /** A file that peers have and that the origin begins only. */
    async function seeded(resource, path) {
      const file = world.put(resource, path);
      await world.seeder(browser, file);
      world.origin.files.get(file.path).faults = {hold: {at: HELD_AT, gate}};
      return file;
    }

    before(async () => {
      browser = await launch(name);
      world = await World.create();
    });
    after(async () => {
      gate.open();
      await world?.close();
      await browser?.close();
    });

    async function visitor() {
      const visitor = await world.visitor(browser, {path: '/xhr/with_peers/page.html'});
      await visitor.page.waitForFunction('globalThis.ready');
      await withClients(visitor.page);
      return visitor;
    }

    for (const [client, job] of Object.entries(JOBS)) {
      test(client, async () => {
        const file = await seeded({bytes: TEXT, type: 'text/plain;charset=utf-8'});
        const {page} = await visitor();
        const {told, got} = await page.evaluate(job, file.url);
        assert.equal(got, sha256(TEXT));
        assert.deepEqual(told, [TEXT.length, TEXT.length]);
      });
    }

    test('hls.js', async () => {
      const type = 'video/mp4';
      world.put({bytes: Buffer.from(playlist('/vod.mp4', (i) => `/vod${i}.m4s`)), type: 'application/vnd.apple.mpegurl'}, '/vod.m3u8');
      world.put({bytes: initSegment(), type}, '/vod.mp4');
      for (let i = 0; i < SEGMENTS; i++) await seeded({bytes: segment(i), type}, `/vod${i}.m4s`);
      const {page} = await visitor();
      const seen = await page.evaluate(playStream);
      assert.deepEqual([seen.errors, seen.whole, seen.plays], [[], true, true]);
      assert.equal(seen.duration, Math.round(SEGMENTS * SEGMENT_SECONDS));
      for (const [, loaded, total] of seen.sizes) assert.deepEqual([loaded, total], [segment(0).length, segment(0).length]);
    });
  });
}
