/** peer5.Request in dedicated workers, where there is no WebRTC: it delegates. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {openPage, startWithStandin} from './page.js';

/** What a worker does, with either class. */
async function work(XHR) {
  const one = (method, url, responseType, body) => new Promise((resolve) => {
    const xhr = new XHR();
    const log = [];
    for (const type of ['readystatechange', 'loadstart', 'load', 'error', 'loadend']) {
      xhr.addEventListener(type, (event) => log.push(type === 'readystatechange' ? xhr.readyState : `${type} ${event.loaded}`));
    }
    xhr.addEventListener('loadend', () => resolve([log.join(), xhr.status, responseType === 'arraybuffer' ? xhr.response.byteLength : xhr.response]));
    xhr.open(method, new URL(url, location.origin));
    xhr.responseType = responseType;
    xhr.send(body);
  });
  return [await one('GET', '/r?body=hello', 'text'), await one('GET', '/r?size=300000&type=x/y', 'arraybuffer'),
    await one('GET', '/r?body={"a":1}', 'json'), await one('POST', '/r?echo&status=201', 'text', 'x').then(([log, status]) => [log, status])];
}

const TRACKER = "{tracker: 'wss://tracker.invalid'}";

/** @type {Record<string, {script: string, type?: 'module'}>} */
const WORKERS = {
  'the native class': {script: `${work}\nwork(XMLHttpRequest).then(postMessage);`},
  'a classic script': {script: `importScripts('/dist/peer5.js'); peer5.setGlobalOptions(${TRACKER});\n${work}\nwork(peer5.Request).then(postMessage);`},
  'auto, by a classic script': {script: `importScripts('/dist/auto.js'); peer5.auto.install(${TRACKER});\n${work}\nwork(XMLHttpRequest).then(postMessage);`},
  'a module': {type: 'module', script: `import peer5 from '/dist/peer5.mjs'; peer5.setGlobalOptions(${TRACKER});\n${work}\nwork(peer5.Request).then(postMessage);`},
};

const pages = Object.fromEntries(Object.values(WORKERS).map(({script}, i) =>
  [`/worker-${i}`, {html: script, headers: {'Content-Type': 'text/javascript'}}]));

for (const name of BROWSERS) {
  describe(`workers in ${name}`, () => {
    let origin;
    let browser;
    let page;
    let wanted;

    before(async () => {
      origin = await startWithStandin({'/': {html: '<!doctype html><title>workers</title><script>globalThis.ready = true</script>'}, ...pages});
      browser = await launch(name);
      ({page} = await openPage(browser, `${origin.url}/`));
      wanted = await run('the native class');
    });

    after(async () => {
      await browser?.close();
      await origin?.close();
    });

    /** @param {string} which */
    function run(which) {
      return page.evaluate((url, type) => new Promise((resolve, reject) => {
        const worker = new Worker(url, {type});
        worker.onmessage = ({data}) => resolve(data);
        worker.onerror = ({message}) => reject(new Error(message));
      }), `/worker-${Object.keys(WORKERS).indexOf(which)}`, WORKERS[which].type ?? 'classic');
    }

    for (const which of Object.keys(WORKERS).slice(1)) {
      test(which, async () => assert.deepEqual(await run(which), wanted));
    }
  });
}
