/**
 * What requests cost that P2P does not touch: 1,000 small GETs, one after the
 * other, by peer5.Request over native XMLHttpRequest.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const ROUNDS = 10;
const REQUESTS = 100;  // a round; 1,000 in all of each kind

export async function measure() {
  const world = await World.create({tracker: false});
  const browser = await launch('chromium');
  try {
    const file = world.put({size: 200, headers: {'cache-control': 'no-store'}});
    const visitor = await world.visitor(browser);
    const once = native => () => visitor.page.evaluate(async (url, plain, count) => {
      const get = () => new Promise((resolve, reject) => {
        const request = plain ? new XMLHttpRequest() : new peer5.Request();
        request.open('GET', url);
        request.onload = resolve;
        request.onerror = reject;
        request.send();
      });
      const start = performance.now();
      for (let i = 0; i < count; ++i) await get();
      return (performance.now() - start) / count;
    }, file.url, native, REQUESTS);
    const {ours, reference} = await interleave(ROUNDS, once(false), once(true));
    return {value: median(ours) / median(reference), unit: '×', goal: '≤ 1.05',
      notes: [`peer5.Request: ${spread(ours, 3)} ms`, `XMLHttpRequest: ${spread(reference, 3)} ms`]};
  } finally {
    await browser.close();
    await world.close();
  }
}
