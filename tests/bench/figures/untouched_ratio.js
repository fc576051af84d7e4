/**
 * What requests cost that P2P does not touch: small GETs, one after the other,
 * by peer5.Request over native XMLHttpRequest.
 */
import {launch} from '../../browser/harness/browsers.js';
import {World} from '../../browser/harness/world.js';
import {median, spread} from '../statistics.js';

// Short rounds, and many, in one go in one page: what else the machine does
// then falls on both alike.
const ROUNDS = 100;
const WARM_UP = 5;
const REQUESTS = 20;  // a round; 2,000 in all of each kind

/**
 * In the page: milliseconds a request, a round each, of ours and of native's.
 *
 * @param {{url: string, rounds: number, requests: number}} order
 */
async function getInTurn({url, rounds, requests}) {
  const kinds = {ours: /** @type {any} */ (globalThis).peer5.Request, reference: XMLHttpRequest};
  /** @param {typeof XMLHttpRequest} Kind */
  const get = Kind => new Promise((resolve, reject) => {
    const request = new Kind();
    request.open('GET', url);
    request.onload = resolve;
    request.onerror = reject;
    request.send();
  });
  const result = {ours: /** @type {number[]} */ ([]), reference: /** @type {number[]} */ ([])};
  const order = /** @type {('ours' | 'reference')[]} */ (['ours', 'reference']);
  for (let round = 0; round < rounds; ++round) {
    for (const which of order.reverse()) {
      const start = performance.now();
      for (let i = 0; i < requests; ++i) await get(kinds[which]);
      result[which].push((performance.now() - start) / requests);
    }
  }
  return result;
}

export async function measure() {
  const world = await World.create({tracker: false});
  const browser = await launch('chromium');
  try {
    const file = world.put({size: 200, headers: {'cache-control': 'no-store'}});
    const visitor = await world.visitor(browser);
    const {ours, reference} = await visitor.page.evaluate(getInTurn,
      {url: file.url, rounds: WARM_UP + ROUNDS, requests: REQUESTS});
    ours.splice(0, WARM_UP);
    reference.splice(0, WARM_UP);
    return {value: median(ours) / median(reference), unit: '×', goal: '≤ 1.05',
      notes: [`peer5.Request: ${spread(ours, 3)} ms`, `XMLHttpRequest: ${spread(reference, 3)} ms`]};
  } finally {
    await browser.close();
    await world.close();
  }
}
