/**
 * What a download without peers costs: a hybrid one (tracker, hashing and all)
 * over a plain fetch read into memory, from an origin limited to 50 MB/s.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const SIZE = 100e6;
const ROUNDS = 7;

export async function measure() {
  const world = await World.create({bytesPerSecond: 50e6});
  const browser = await launch('chromium');
  try {
    const file = world.put({size: SIZE, headers: {'cache-control': 'no-cache'}});
    const {ours, reference} = await interleave(ROUNDS, async () => {
      const visitor = await world.visitor(browser);
      const {seconds, sha256} = await visitor.download(file.url);
      if (sha256 !== file.sha256) throw new Error('wrong bytes');
      await visitor.leave();
      return seconds;
    }, async () => {
      const visitor = await world.visitor(browser);
      const seconds = await visitor.page.evaluate(async url => {
        const start = performance.now();
        await (await fetch(url)).arrayBuffer();
        return (performance.now() - start) / 1000;
      }, file.url);
      await visitor.leave();
      return seconds;
    });
    return {value: median(ours) / median(reference), unit: '×', goal: '≤ 1.05',
      notes: [`peer5.Request: ${spread(ours)} s`, `fetch: ${spread(reference)} s`]};
  } finally {
    await browser.close();
    await world.close();
  }
}
