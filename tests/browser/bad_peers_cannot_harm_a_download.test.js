/** Peers that lie, fall silent or leave, in real Chromium. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import * as bad from './harness/bad_peers.js';
import {launch} from './harness/browsers.js';
import {Gate} from './harness/origin.js';
import {World} from './harness/world.js';

const P2P = {options: {downloadMode: 'p2p'}};

const misdeeds = visitor => visitor.page.evaluate(() => globalThis.misdeeds);
const hasSinned = visitor => visitor.page.waitForFunction(() => globalThis.misdeeds > 0);

describe('bad peers cannot harm a download', {timeout: 150_000}, () => {
  /** @type {World} */
  let world;
  let browser;

  before(async () => {
    world = await World.create({bytesPerSecond: 8e6});
    browser = await launch('chromium');
  });
  after(async () => {
    await world?.close();
    await browser?.close();
  });

  /** @param {import('./harness/visitor.js').Result} result */
  function assertWhole(result, file) {
    assert.equal(result.status, 200);
    assert.equal(result.sha256, file.sha256);
    assert.equal(result.loadedHTTP + result.loadedP2P, file.bytes.length);
  }

  test('wrong bytes are refused, their sender is cut off, an honest peer is not', async () => {
    const file = world.put();
    const liar = await world.seeder(browser, file, {before: bad.sendsWrongBytes});
    const honest = await world.seeder(browser, file);
    const visitor = await world.visitor(browser);
    const download = await visitor.get(file.url, P2P);
    await hasSinned(liar);
    assertWhole(await download.result(), file);
    await download.peersFall(1);
    assert.equal((await download.now()).peers, 1, 'the honest one is still there');
    await Promise.all([liar.leave(), honest.leave(), visitor.leave()]);
  });

  test('with nobody but a liar, HTTP brings the file', async () => {
    const file = world.put();
    const liar = await world.seeder(browser, file, {before: bad.sendsWrongBytes});
    const visitor = await world.visitor(browser);
    const result = await visitor.download(file.url,
      {options: {strategy: 'server-friendly'}});
    assertWhole(result, file);
    assert.equal(result.loadedP2P, 0, 'nothing of what it sent was counted');
    await Promise.all([liar.leave(), visitor.leave()]);
  });

  test('a peer that never answers is done without', async () => {
    const file = world.put();
    const silent = await world.seeder(browser, file, {before: bad.neverAnswers});
    const honest = await world.seeder(browser, file);
    const visitor = await world.visitor(browser);
    const download = await visitor.get(file.url, P2P);
    await hasSinned(silent);
    assertWhole(await download.result(), file);
    await Promise.all([silent.leave(), honest.leave(), visitor.leave()]);
  });

  test('with nobody but a silent peer, HTTP brings the file', async () => {
    const file = world.put();
    const silent = await world.seeder(browser, file, {before: bad.neverAnswers});
    const visitor = await world.visitor(browser);
    const result = await visitor.download(file.url,
      {options: {strategy: 'server-friendly'}});
    assertWhole(result, file);
    assert.equal(result.loadedP2P, 0);
    await Promise.all([silent.leave(), visitor.leave()]);
  });

  test('what a peer claims and does not have comes from another', async () => {
    const file = world.put();
    const boaster = await world.visitor(browser, {before: bad.claimsEverything});
    const gate = new Gate();
    world.origin.files.get(file.path).faults = {hold: {at: file.bytes.length / 4, gate}};
    const started = await boaster.get(file.url);
    await started.info();
    await started.reached('loaded', file.bytes.length / 8);
    await started.abort();
    world.origin.files.get(file.path).faults = {};
    gate.open();
    const honest = await world.seeder(browser, file);
    const visitor = await world.visitor(browser);
    const download = await visitor.get(file.url, P2P);
    assertWhole(await download.result(), file);
    assert.ok(await misdeeds(boaster) > 0, 'it was asked for what it lacks');
    await Promise.all([boaster.leave(), honest.leave(), visitor.leave()]);
  });

  test('a peer that vanishes in the middle of a block leaves no hole', async () => {
    const file = world.put();
    const leaver = await world.seeder(browser, file, {before: bad.stopsMidBlock});
    const visitor = await world.visitor(browser);
    const download = await visitor.get(file.url, P2P);
    await hasSinned(leaver);
    const before = await download.now();
    assert.ok(!before.ended);
    const honest = await world.seeder(browser, file);
    await leaver.leave();
    assertWhole(await download.result(), file);
    await Promise.all([honest.leave(), visitor.leave()]);
  });
});
