/**
 * What storage costs a download: a file by peers only, kept on disk, over the
 * same kept in memory. Chromium, a profile on disk.
 */
import {launch} from '../../browser/harness/browsers.js';
import {withProfile} from '../../browser/harness/killed.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const SIZE = 100e6;
const ROUNDS = 7;

export function measure() {
  return withProfile(async userDataDir => {
    const world = await World.create();
    const browser = await launch('chromium', {userDataDir});
    try {
      const file = world.put({size: SIZE});
      const seeder = await world.seeder(browser, file);
      const {swarmId} = await seeder.served.info();
      /** @param {boolean} inMemory @returns {Promise<number>} MB/s */
      const rate = async inMemory => {
        const visitor = await world.visitor(browser,
          {context: browser.defaultBrowserContext(), settings: {inMemory}});
        const {seconds, sha256, loadedP2P} = await visitor.download(swarmId,
          {options: {downloadMode: 'p2p'}, responseType: 'blob'});
        if (sha256 !== file.sha256 || loadedP2P !== SIZE) throw new Error('not the file, or not from peers');
        await visitor.page.evaluate(id => peer5.removeResource(id), swarmId);
        await visitor.page.close();
        return SIZE / seconds / 1e6;
      };
      const {ours, reference} = await interleave(ROUNDS, () => rate(false), () => rate(true));
      return {value: median(ours) / median(reference), unit: '×', goal: '≥ 0.9',
        notes: [`on disk: ${spread(ours, 1)} MB/s`, `in memory: ${spread(reference, 1)} MB/s`]};
    } finally {
      await browser.close();
      await world.close();
    }
  });
}
