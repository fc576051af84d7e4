/**
 * What a download without peers costs: a hybrid one (tracker, hashing, storage
 * and all) over a plain fetch read into memory, from an origin limited to
 * 50 MB/s. A profile on disk, as visitors have; for comparison a private
 * window, where Chromium's main process keeps and writes every stored file.
 */
import {launch} from '../../browser/harness/browsers.js';
import {withProfile} from '../../browser/harness/killed.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const SIZE = 100e6;
const ROUNDS = 7;

/**
 * @param {World} world
 * @param {() => Promise<import('../../browser/harness/visitor.js').Visitor>} arrive
 * @param {(visitor: import('../../browser/harness/visitor.js').Visitor, id: string) => Promise<void>} leave
 */
async function compare(world, arrive, leave) {
  const file = world.put({size: SIZE, headers: {'cache-control': 'no-cache'}});
  const {ours, reference} = await interleave(ROUNDS, async () => {
    const visitor = await arrive();
    const {seconds, sha256, info} = await visitor.download(file.url);
    if (sha256 !== file.sha256) throw new Error('wrong bytes');
    await leave(visitor, info.swarmId);
    return seconds;
  }, async () => {
    const visitor = await arrive();
    const seconds = await visitor.page.evaluate(async url => {
      const start = performance.now();
      await (await fetch(url)).arrayBuffer();
      return (performance.now() - start) / 1000;
    }, file.url);
    await leave(visitor, '');
    return seconds;
  });
  return {ratio: median(ours) / median(reference),
    said: `peer5.Request ${spread(ours)} s, fetch ${spread(reference)} s`};
}

export function measure() {
  return withProfile(async userDataDir => {
    const world = await World.create({bytesPerSecond: 50e6});
    const browser = await launch('chromium', {userDataDir});
    try {
      const usual = await compare(world,
        () => world.visitor(browser, {context: browser.defaultBrowserContext()}),
        async (visitor, id) => {
          if (id) await visitor.page.evaluate(stored => peer5.removeResource(stored), id);
          await visitor.page.close();
        });
      const hidden = await compare(world, () => world.visitor(browser), visitor => visitor.leave());
      return {value: usual.ratio, unit: '×', goal: '≤ 1.05', notes: [
        `a profile on disk: ${usual.said}`,
        `a private window, ${hidden.ratio.toFixed(2)} ×: ${hidden.said}`,
      ]};
    } finally {
      await browser.close();
      await world.close();
    }
  });
}
