/**
 * Time to the first byte, in a page that has just been opened (the wasm not
 * yet loaded), over native XMLHttpRequest's: from an origin that answers after
 * 20 ms, as near ones do, and, for comparison, from one on the same machine,
 * where the browser's own work is all there is.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {interleave, median, spread} from '../statistics.js';

const ROUNDS = 25;
const ANSWER_MS = 20;

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

/**
 * @param {World} world @param {import('puppeteer-core').Browser} browser
 * @param {number} afterMs how late the origin answers
 */
async function compare(world, browser, afterMs) {
  const file = world.put({size: 8e6, headers: {'cache-control': 'no-cache'}, faults: {afterMs}});
  const once = native => async () => {
    const visitor = await world.visitor(browser);
    const ms = await firstByteMs(visitor, file.url, native);
    await visitor.leave();
    return ms;
  };
  const {ours, reference} = await interleave(ROUNDS, once(false), once(true));
  return {ratio: median(ours) / median(reference),
    said: `peer5.Request ${spread(ours, 1)} ms, XMLHttpRequest ${spread(reference, 1)} ms`};
}

export async function measure() {
  const world = await World.create({bytesPerSecond: 5e6});
  const browser = await launch('chromium');
  try {
    const near = await compare(world, browser, ANSWER_MS);
    const local = await compare(world, browser, 0);
    return {value: near.ratio, unit: '×', goal: '≤ 1.1', notes: [
      `an origin that answers after ${ANSWER_MS} ms: ${near.said}`,
      `on the same machine, ${local.ratio.toFixed(2)} ×: ${local.said}`,
    ]};
  } finally {
    await browser.close();
    await world.close();
  }
}
