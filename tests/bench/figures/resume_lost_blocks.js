/**
 * The browser is killed at 20 places of a 256 MiB download, the same ones each
 * time: how many verified blocks had to be fetched again, at worst.
 */
import {ByteSource} from '../../../web/server/samples.js';
import {downloadKilledOnce} from '../../browser/harness/killed.js';
import {World} from '../../browser/harness/world.js';

const SIZE = 256 * 2 ** 20;
const KILLS = 20;

export async function measure() {
  const random = new ByteSource('places to be killed at').next(4 * KILLS);
  const lost = [];
  for (let i = 0; i < KILLS; ++i) {
    const world = await World.create({bytesPerSecond: 60e6});
    try {
      const file = world.put({size: SIZE});
      const killAt = Math.floor(random.readUInt32LE(4 * i) / 2 ** 32 * SIZE);
      const {verified, stored, result} = await downloadKilledOnce('chromium', world, file, killAt);
      if (result.sha256 !== file.sha256 || result.loaded !== SIZE) throw new Error('not the file');
      lost.push(Math.max(0, verified - stored));
    } finally {
      await world.close();
    }
  }
  return {value: Math.max(...lost), unit: 'blocks', goal: '≤ 2',
    notes: [`each time the right file; verified blocks that came again: ${lost.join(', ')}`]};
}
