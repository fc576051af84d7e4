/**
 * peer5/auto changes nothing where P2P can't be had, replaces what it is asked
 * to, and can be undone.
 */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {openPage, startWithStandin} from './page.js';

const page = (scripts, headers) => ({
  headers,
  html: `<!doctype html><meta charset="utf-8"><title>auto</title><link rel="icon" href="data:,">
<script nonce="n">globalThis.nativeXHR = XMLHttpRequest; globalThis.nativeFetch = fetch;</script>${scripts}
<script nonce="n" type="module">globalThis.ready = true;</script>`,
});

const module = (body) => `<script nonce="n" type="module">import {auto, setGlobalOptions} from '/js/auto.js';
globalThis.auto = auto; globalThis.setGlobalOptions = setGlobalOptions; ${body}</script>`;

/** As people use it, and with the engine. */
const BUILT = '<script nonce="n" src="/dist/auto.js"></script>';

const META = '<meta name="peer5-tracker" content="ws://127.0.0.1:1/">';

/** Where P2P can't be had, each with the sources or the built script. */
const situations = (auto) => ({
  'no-tracker': page(auto),
  'dead-tracker': page(META + auto),
  'no-webrtc': page(`<script nonce="n">delete globalThis.RTCPeerConnection; delete globalThis.webkitRTCPeerConnection;</script>${META}${auto}`),
  'strict-csp': page(META + auto, {'Content-Security-Policy': "default-src 'self'; img-src data:; script-src 'self' 'nonce-n'; connect-src 'self'"}),
});

const under = (prefix, pages) => Object.fromEntries(Object.entries(pages).map(([name, it]) => [`${prefix}${name}`, it]));

const PAGES = {
  '/without': page(''),
  ...under('/', situations(module(''))),
  ...under('/built-', situations(BUILT)),
  '/tracker': page(META + module('')),
  '/windows-1252': page(META + module(''), {'Content-Type': 'text/html; charset=windows-1252'}),
  '/fetch': page(META + module('auto.install({fetch: true, minSize: 0});')),
};

/** A bit of everything, as a page would do it; gives what it saw. */
async function ordinaryPage() {
  const one = (method, url, responseType, body) => new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    const log = [];
    for (const type of ['readystatechange', 'loadstart', 'progress', 'load', 'error', 'loadend']) {
      xhr.addEventListener(type, (event) => log.push(type === 'readystatechange' ? xhr.readyState : `${type} ${event.loaded}`));
    }
    xhr.addEventListener('loadend', () => resolve([log.join(), xhr.status,
      responseType === 'arraybuffer' ? xhr.response?.byteLength : xhr.response]));
    xhr.open(method, url);
    xhr.responseType = responseType;
    xhr.send(body);
  });
  const out = [];
  out.push(await one('GET', '/r?body=hello', ''));
  out.push(await one('GET', '/r?body={"a":1}', 'json'));
  out.push(await one('GET', '/r?status=500&body=no', 'text'));
  out.push(await one('POST', '/r?status=201&body=made', 'text', 'x'));
  out.push((await one('GET', '/r?size=300000&type=x/y', 'arraybuffer')).slice(1));
  const xhr = new XMLHttpRequest();
  xhr.open('GET', '/r?body=sync', false);
  xhr.send();
  out.push(xhr.responseText, xhr instanceof XMLHttpRequest, String(xhr), XMLHttpRequest.name);
  out.push(JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, 'XMLHttpRequest')));
  out.push(await (await fetch('/r?body=fetched')).text());
  return out;
}

for (const name of BROWSERS) {
  describe(`peer5/auto in ${name}`, () => {
    let origin;
    let browser;
    let wanted;

    before(async () => {
      origin = await startWithStandin(PAGES);
      browser = await launch(name);
      const {page: plain} = await openPage(browser, `${origin.url}/without`);
      wanted = await plain.evaluate(ordinaryPage);
      await plain.close();
    });

    after(async () => {
      await browser?.close();
      await origin?.close();
    });

    for (const path of ['/no-tracker', '/dead-tracker', '/no-webrtc', '/strict-csp', '/tracker', '/fetch']) {
      test(`a page sees no difference with ${path.slice(1)}`, async () => {
        const {page: tab, logs} = await openPage(browser, `${origin.url}${path}`);
        assert.deepEqual(await tab.evaluate(ordinaryPage), wanted);
        const spoken = logs.filter((line) => /peer5:/.test(line));
        assert.ok(spoken.length <= 1, spoken.join('\n'));
        if (/webrtc|csp/.test(path)) assert.match(spoken[0], /downloads use HTTP only: .{20}/);
        const served = await tab.evaluate(() => globalThis.standinEngine?.downloads ?? 0);
        assert.equal(served > 0, /tracker$|fetch/.test(path) && path !== '/no-tracker');
        await tab.close();
      });
    }

    for (const situation of Object.keys(situations(''))) {
      test(`a page sees no difference with ${situation}, as built`, async () => {
        const {page: tab, logs} = await openPage(browser, `${origin.url}/built-${situation}`);
        assert.deepEqual(await tab.evaluate(ordinaryPage), wanted);
        const ofP2P = logs.filter((line) => !/status of 500/.test(line));
        const [ours, browsers] = [true, false].map((is) => ofP2P.filter((line) => /peer5:/.test(line) === is));
        assert.equal(ours.length, /webrtc|csp/.test(situation) ? 1 : 0, logs.join('\n'));
        // A dead tracker and a policy that forbids wasm are worth a line to some browsers as well.
        assert.ok(browsers.length <= 1, logs.join('\n'));
        await tab.close();
      });
    }

    test('the global and fetch come back', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/fetch`);
      const seen = await tab.evaluate(async () => {
        const replaced = [XMLHttpRequest !== nativeXHR, fetch !== nativeFetch, new XMLHttpRequest() instanceof nativeXHR, fetch.length, fetch.name];
        const Ours = XMLHttpRequest;
        auto.restore();
        const restored = [XMLHttpRequest === nativeXHR, fetch === nativeFetch];
        const {downloads} = globalThis.standinEngine ?? {downloads: 0};
        const xhr = new Ours();
        xhr.open('GET', '/r?body=x');
        xhr.send();
        await new Promise((resolve) => xhr.addEventListener('loadend', resolve));
        const after = (globalThis.standinEngine?.downloads ?? 0) - downloads;
        auto.install({fetch: true});
        return [replaced, restored, after, XMLHttpRequest === Ours, fetch !== nativeFetch];
      });
      assert.deepEqual(seen, [[true, true, true, 1, 'fetch'], [true, true], 0, true, true]);
      await tab.close();
    });

    test('what is smaller than minSize loads no engine', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/tracker`);
      const seen = await tab.evaluate(async () => {
        const get = (url) => new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.open('GET', url);
          request.onload = () => resolve(request.responseText.length);
          request.send();
        });
        const out = [await get('/r?body=small'), globalThis.standinEngine?.downloads ?? 0];
        return [...out, await get('/r?size=200000&type=text/plain'), globalThis.standinEngine?.downloads ?? 0];
      });
      assert.deepEqual(seen, [5, 0, 200000, 1]);
      await tab.close();
    });

    test('fetch: what goes to the engine, and what does not', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/fetch`);
      const seen = await tab.evaluate(async () => {
        const count = () => globalThis.standinEngine?.downloads ?? 0;
        const out = {};
        const attempt = async (what, ...args) => {
          const before = count();
          const response = await fetch(...args).catch((error) => error);
          out[what] = [count() - before, response instanceof Response ? [response.status, (await response.text()).slice(0, 5)] : response.name];
        };
        const aborted = new AbortController();
        aborted.abort();
        // While the engine is loaded a head is there before the engine is asked.
        await (await fetch('/r?body=x')).text();
        await attempt('url', '/r?body=x');
        await attempt('URL', new URL('/r?body=x', location.href));
        await attempt('Request', new Request('/r?body=x'));
        await attempt('204', '/r?status=204');
        await attempt('post', '/r?body=x', {method: 'POST', body: 'y'});
        await attempt('credentials', '/r?body=x', {credentials: 'include'});
        await attempt('range', '/r?body=x', {headers: {Range: 'bytes=0-1'}});
        await attempt('no-store', '/r?body=x', {cache: 'no-store'});
        await attempt('bad', 'http://[');
        await attempt('refused', 'http://127.0.0.1:1/');
        await attempt('aborted', '/r?body=x', {signal: aborted.signal});
        const response = await fetch('/r?status=302&to=/r?body=there#part');
        const clone = response.clone();
        out.response = [response.url === `${location.origin}/r?body=there`, response.redirected, response.type, response.ok,
          response.headers.get('content-type'), await clone.text(), clone.url === response.url, await response.text(), response.bodyUsed];
        const control = new AbortController();
        setTimeout(() => control.abort(), 250);
        const slow = await fetch('/r?size=3000&pieces=3&gap=200&type=x/y', {signal: control.signal});
        out.cut = await slow.arrayBuffer().catch((error) => error.name);
        return out;
      });
      assert.deepEqual(seen, {
        'url': [1, [200, 'x']], 'URL': [1, [200, 'x']], 'Request': [1, [200, 'x']], '204': [1, [204, '']],
        'post': [0, [200, 'x']], 'credentials': [0, [200, 'x']], 'range': [0, [200, 'x']], 'no-store': [0, [200, 'x']],
        'bad': [0, 'TypeError'], 'refused': [1, 'TypeError'], 'aborted': [0, 'AbortError'],
        'response': [true, true, 'basic', true, 'text/plain', 'there', true, 'there', true], 'cut': 'AbortError',
      });
      await tab.close();
    });

    test('a query is encoded as the document is', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/windows-1252`);
      assert.match(await tab.evaluate(async () => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', '/r?body=\u00e9');
        xhr.send();
        await new Promise((resolve) => { xhr.onloadend = resolve; });
        return xhr.responseURL;
      }), /%E9$/);
      await tab.close();
    });

    test('one request opts out', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/tracker`);
      assert.equal(await tab.evaluate(async () => {
        const xhr = new XMLHttpRequest({p2p: false});
        xhr.open('GET', '/r?body=x');
        xhr.send();
        await new Promise((resolve) => { xhr.onloadend = resolve; });
        return `${xhr.responseText} ${globalThis.standinEngine}`;
      }), 'x undefined');
      await tab.close();
    });

    test('a bare 64-digit path is a URL where the page does not know of swarms', async () => {
      const {page: tab} = await openPage(browser, `${origin.url}/tracker`);
      assert.equal(await tab.evaluate(async () => {
        const xhr = new XMLHttpRequest();
        xhr.open('GET', 'a'.repeat(64));
        xhr.send();
        await new Promise((resolve) => { xhr.onloadend = resolve; });
        return xhr.status;
      }), 404);
      await tab.close();
    });
  });
}
