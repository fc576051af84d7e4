/** The browser is killed; the next visit goes on from what was verified. */
import assert from 'node:assert/strict';
import {afterEach, describe, test} from 'node:test';
import {ByteSource} from '../../web/server/samples.js';
import {downloadKilledOnce} from './harness/killed.js';
import {World} from './harness/world.js';

const MIB = 2 ** 20;
const SIZE = 32 * MIB;

/** Places in the file, the same ones each time. @param {number} count */
function killPoints(count) {
  const random = new ByteSource('kill points').next(4 * count);
  return Array.from({length: count}, (_, i) =>
    Math.floor((0.05 + 0.85 * random.readUInt32LE(4 * i) / 2 ** 32) * SIZE));
}

describe('a killed download resumes', {timeout: 150_000}, () => {
  /** @type {World} */
  let world;

  afterEach(() => world?.close());

  for (const [name, count] of /** @type {const} */ ([['chromium', 3], ['firefox', 1]])) {
    for (const killAt of killPoints(count)) {
      test(`${name}, after ${(killAt / MIB).toFixed(1)} MiB of ${SIZE / MIB}`, async () => {
        world = await World.create({bytesPerSecond: 16e6});
        const file = world.put({size: SIZE});
        const {verified, stored, blockSize, result} = await downloadKilledOnce(name, world, file, killAt);
        assert.equal(result.status, 200);
        assert.equal(result.sha256, file.sha256);
        assert.equal(result.loaded, SIZE);
        assert.ok(verified > 0, 'something had come');
        // In larger files, whose blocks are larger, it is two of them.
        const aMiB = MIB / blockSize;
        assert.ok(stored >= verified - aMiB, `${stored} of ${verified} blocks were stored`);
      });
    }
  }
});
