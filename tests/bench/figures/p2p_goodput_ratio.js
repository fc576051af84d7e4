/**
 * One-way goodput between two Chromium pages: a file by peers only through
 * peer5.Request, from the first of its bytes to the last, hash check included,
 * over a bare RTCDataChannel at its best message size.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {secondsFromPeers} from '../peer_download.js';
import {rawTransfer} from '../raw_channel.js';
import {interleave, median, spread} from '../statistics.js';

const SIZE = 64e6;
const ROUNDS = 7;
const MESSAGE_SIZES = [16, 64, 256].map(kib => kib * 1024);

export async function measure() {
  const world = await World.create();
  const browser = await launch('chromium');
  try {
    const file = world.put({size: SIZE});
    const seeder = await world.seeder(browser, file);
    const {swarmId} = await seeder.served.info();
    const pair = [await world.visitor(browser), await world.visitor(browser)];

    const tried = [];
    for (const size of MESSAGE_SIZES) {
      const times = [];
      for (let i = 0; i < 3; ++i) times.push(await rawTransfer(pair[0].page, pair[1].page, SIZE, size));
      tried.push({size, rate: SIZE / median(times) / 1e6});
    }
    const best = tried.reduce((a, b) => b.rate > a.rate ? b : a);

    const {ours, reference} = await interleave(ROUNDS, async () => {
      const visitor = await world.visitor(browser);
      const rate = SIZE / await secondsFromPeers(visitor, swarmId) / 1e6;
      await visitor.leave();
      return rate;
    }, async () => SIZE / await rawTransfer(pair[0].page, pair[1].page, SIZE, best.size) / 1e6);
    return {value: median(ours) / median(reference), unit: '×', goal: '≥ 0.9',
      notes: [
        ...tried.map(({size, rate}) => `bare channel, ${size / 1024} KiB: ${rate.toFixed(1)} MB/s`),
        `peer5.Request: ${spread(ours, 1)} MB/s`,
        `bare channel, ${best.size / 1024} KiB: ${spread(reference, 1)} MB/s`,
      ]};
  } finally {
    await browser.close();
    await world.close();
  }
}
