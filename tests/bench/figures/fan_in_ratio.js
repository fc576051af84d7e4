/**
 * Goodput of one Chromium page that four others feed: a file by peers only
 * through peer5.Request, hash check included, over four bare RTCDataChannels
 * at their best message size.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {secondsFromPeers} from '../peer_download.js';
import {rawFanIn} from '../raw_channel.js';
import {interleave, median, spread} from '../statistics.js';

const SIZE = 96e6;
const SEEDERS = 4;
const ROUNDS = 5;
const MESSAGE_SIZES = [16, 64, 256].map(kib => kib * 1024);

export async function measure() {
  const world = await World.create();
  const browser = await launch('chromium');
  try {
    const file = world.put({size: SIZE});
    const seeders = [];
    for (let i = 0; i < SEEDERS; ++i) seeders.push(await world.seeder(browser, file));
    const {swarmId} = await seeders[0].served.info();
    const senders = [];
    for (let i = 0; i < SEEDERS; ++i) senders.push((await world.visitor(browser)).page);
    const receiver = (await world.visitor(browser)).page;
    const bare = async size => SIZE / await rawFanIn(senders, receiver, SIZE, size) / 1e6;

    const tried = [];
    for (const size of MESSAGE_SIZES) {
      tried.push({size, rate: median([await bare(size), await bare(size)])});
    }
    const best = tried.reduce((a, b) => b.rate > a.rate ? b : a);

    const {ours, reference} = await interleave(ROUNDS, async () => {
      const visitor = await world.visitor(browser);
      const rate = SIZE / await secondsFromPeers(visitor, swarmId) / 1e6;
      await visitor.leave();
      return rate;
    }, () => bare(best.size));
    return {value: median(ours) / median(reference), unit: '×', goal: '≥ 0.9', notes: [
      `peer5.Request, ${SEEDERS} seeders: ${spread(ours, 1)} MB/s`,
      `${SEEDERS} bare channels, ${best.size / 1024} KiB: ${spread(reference, 1)} MB/s`,
    ]};
  } finally {
    await browser.close();
    await world.close();
  }
}
