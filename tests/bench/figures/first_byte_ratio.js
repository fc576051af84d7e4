/**
 * Time to the first byte, in a page that has just been opened (the wasm not
 * yet loaded), over native XMLHttpRequest's.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const ROUNDS = 25;

/** @param {import('../../browser/harness/visitor.js').Visitor} visitor @param {string} url @param {boolean} native */
function firstByteMs(visitor, url, native) {
  return visitor.page.evaluate((address, plain) => new Promise((resolve, reject) => {
    const request = plain ? new XMLHttpRequest() : new peer5.Request();
    request.open('GET', address);
    request.responseType = 'arraybuffer';
    const start = performance.now();
    request.onprogress = event => {
      if (event.loaded === 0) return;
      resolve(performance.now() - start);
      request.onprogress = null;
      request.abort();
    };
    request.onerror = () => reject(new Error('failed'));
    request.send();
  }), url, native);
}

export async function measure() {
  const world = await World.create({bytesPerSecond: 5e6});
  const browser = await launch('chromium');
  try {
    const file = world.put({size: 8e6, headers: {'cache-control': 'no-cache'}});
    const once = native => async () => {
      const visitor = await world.visitor(browser);
      const ms = await firstByteMs(visitor, file.url, native);
      await visitor.leave();
      return ms;
    };
    const {ours, reference} = await interleave(ROUNDS, once(false), once(true));
    return {value: median(ours) / median(reference), unit: '×', goal: '≤ 1.1',
      notes: [`peer5.Request: ${spread(ours, 1)} ms`, `XMLHttpRequest: ${spread(reference, 1)} ms`]};
  } finally {
    await browser.close();
    await world.close();
  }
}
