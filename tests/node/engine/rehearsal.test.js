/** What is done before the first request, when the page is idle. */
import assert from 'node:assert/strict';
import {test} from 'node:test';

test('the rehearsal waits for an idle page, and nobody hears of its request', async () => {
  const begun = [];
  let idle = () => {};
  Object.assign(globalThis, {
    location: {href: 'https://page.example/'},
    ProgressEvent: Event,
    requestIdleCallback: (/** @type {() => void} */ work) => { idle = work; },
    fetch: async (url, {signal}) => {
      begun.push({url, aborted: signal.aborted});
      signal.throwIfAborted();
    },
  });
  const {rehearseWhenIdle} = await import('../../../js/request/rehearsal.js');
  rehearseWhenIdle();
  assert.deepEqual(begun, []);
  idle();
  assert.deepEqual(begun, [{url: 'https://page.example/', aborted: true}]);
});
