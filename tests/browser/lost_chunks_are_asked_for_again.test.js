/** Every kind of data channel, with chunks lost on the way, in real Chromium. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {launch} from './harness/browsers.js';
import {losesChunks} from './harness/lossy.js';
import {SIZE, World} from './harness/world.js';

const CHUNK = 16 * 1024;
const LOST_OF_FIRST_TIME = Math.floor(SIZE / CHUNK * 0.05);

/** What the browser is to say of the channel. */
const KINDS = {
  TCPLIKE_CHANNEL: {ordered: true, maxRetransmits: null, maxPacketLifeTime: null},
  UNORDERED_RELIABLE: {ordered: false, maxRetransmits: null, maxPacketLifeTime: null},
  ORDERED_PARTIAL_3ATTEMPS: {ordered: true, maxRetransmits: 3, maxPacketLifeTime: null},
  UNORDERED_PARTIAL_3ATTEMPS: {ordered: false, maxRetransmits: 3, maxPacketLifeTime: null},
  ORDERED_PARTIAL_1S: {ordered: true, maxRetransmits: null, maxPacketLifeTime: 1000},
  UNORDERED_PARTIAL_1S: {ordered: false, maxRetransmits: null, maxPacketLifeTime: 1000},
  UNORDERED_UNRELIABLE: {ordered: false, maxRetransmits: 0, maxPacketLifeTime: null},
};

describe('lost chunks are asked for again', {timeout: 240_000}, () => {
  /** @type {World} */
  let world;
  let browser;

  before(async () => {
    world = await World.create();
    browser = await launch('chromium');
  });
  after(async () => {
    await world?.close();
    await browser?.close();
  });

  for (const [channel, expected] of Object.entries(KINDS)) {
    test(`${channel}, a twentieth lost`, async () => {
      const file = world.put();
      const seeder = await world.seeder(browser, file, {settings: {channel}, before: losesChunks});
      const visitor = await world.visitor(browser, {settings: {channel}});
      const result = await visitor.download(file.url, {options: {downloadMode: 'p2p'}});
      assert.equal(result.status, 200);
      assert.equal(result.sha256, file.sha256);
      assert.equal(result.loadedP2P, file.bytes.length);
      const loss = await seeder.page.evaluate(() => globalThis.loss);
      assert.deepEqual(loss.channel, expected);
      assert.ok(loss.lost >= LOST_OF_FIRST_TIME, `${loss.lost} of ${loss.chunks} were lost`);
      await Promise.all([seeder.leave(), visitor.leave()]);
    });
  }
});
