/**
 * What peer5.Request has beyond XMLHttpRequest: where bytes came from, swarms,
 * sharing, pausing, blobUrl, error statuses, restarts, options.
 */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {openPage, startWithStandin} from './page.js';

const PAGE = `<!doctype html><meta charset="utf-8"><title>peer5</title>
<meta name="peer5-tracker" content="wss://tracker.invalid">
<script type="module">
import * as peer5 from '/js/index.js';
globalThis.peer5 = peer5;
globalThis.EVENTS = ['readystatechange', 'loadstart', 'progress', 'abort', 'error', 'load', 'timeout', 'loadend', 'swarmstatechange'];
/** Sends and waits; gives the request, its log and its events. */
globalThis.go = async ({options, method = 'GET', url, body, set = () => {}, hook = () => {}}) => {
  const request = new peer5.Request(options);
  const log = [];
  const events = [];
  for (const type of EVENTS) {
    request.addEventListener(type, (event) => {
      log.push(type === 'readystatechange' ? request.readyState : type);
      events.push(event);
      hook(request, event);
    });
  }
  if (url === undefined) request.open(method); else request.open(method, url);
  set(request);
  const ended = new Promise((resolve) => request.addEventListener('loadend', resolve));
  request.send(body);
  await ended;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return {request, log, events, last: (type) => events.findLast((event) => event.type === type)};
};
globalThis.ready = true;
</script>`;

for (const name of BROWSERS) {
  describe(`peer5.Request in ${name}`, () => {
    let origin;
    let browser;
    let page;

    before(async () => {
      origin = await startWithStandin({'/': {html: PAGE}});
      browser = await launch(name);
      ({page} = await openPage(browser, `${origin.url}/`));
    });

    after(async () => {
      await browser?.close();
      await origin?.close();
    });

    test('progress events say where the bytes came from, and their sum is loaded', async () => {
      const seen = await page.evaluate(async () => {
        const {events} = await go({url: '/r?type=x/y&size=90000&pieces=3&gap=80'});
        return events.filter((event) => 'loaded' in event)
          .map(({type, loaded, loadedHTTP, loadedP2P, loadedFS}) => ({type, loaded, parts: [loadedHTTP, loadedP2P, loadedFS]}));
      });
      for (const {loaded, parts} of seen) assert.equal(parts.reduce((a, b) => a + b), loaded);
      const load = seen.find(({type}) => type === 'load');
      assert.deepEqual([load.loaded, load.parts], [90000, [45000, 45000, 0]]);
    });

    test('native requests credit HTTP, and say what failed', async () => {
      const seen = await page.evaluate(async () => {
        const {last} = await go({options: {downloadMode: 'http'}, url: '/r?body=hello'});
        const {loaded, loadedHTTP, loadedP2P, loadedFS, isTrusted} = last('load');
        const failed = await go({options: {p2p: false}, url: 'http://127.0.0.1:1/'});
        return [loaded, loadedHTTP, loadedP2P, loadedFS, isTrusted, failed.last('error').error.code];
      });
      assert.deepEqual(seen, [5, 5, 0, 0, true, 'network']);
    });

    test('getFileInfo() from HEADERS_RECEIVED on', async () => {
      const seen = await page.evaluate(async () => {
        const infos = [];
        const {request} = await go({url: '/r?body=hello', hook: (it) => infos.push([it.readyState, it.getFileInfo()?.size ?? null])});
        return [infos[0], infos.at(-1), Object.keys(request.getFileInfo())];
      });
      assert.deepEqual(seen.slice(0, 2), [[1, null], [4, 5]]);
      assert.ok(['swarmId', 'size', 'blockSize', 'chunkSize'].every((key) => seen[2].includes(key)));
    });

    test('swarmstatechange by listener and by handler', async () => {
      const seen = await page.evaluate(async () => {
        const got = [];
        const handler = function(event) { got.push([this instanceof peer5.Request, event.constructor === peer5.SwarmStateEvent, event.numOfPeers, event.uploaded]); };
        const {request, last} = await go({url: '/r?body=x', set(it) { it.onswarmstatechange = () => {}; it.onswarmstatechange = handler; }});
        const was = request.onswarmstatechange === handler;
        request.onswarmstatechange = 7;
        return [got, last('swarmstatechange').numOfPeers, was, request.onswarmstatechange];
      });
      assert.deepEqual(seen, [[[true, true, 1, 0]], 1, true, null]);
    });

    test('blobUrl, from peers and from native', async () => {
      const seen = await page.evaluate(async () => {
        const out = [];
        for (const options of [undefined, {p2p: false}]) {
          const {request} = await go({options, url: '/r?body=hello', set(it) { it.responseType = 'blobUrl'; }});
          out.push(request.responseType, /^blob:/.test(request.response), request.response === request.response,
            await (await fetch(request.response)).text());
          let thrown = '';
          try { request.responseText; } catch (error) { thrown = error.name; }
          out.push(thrown);
          request.open('GET', '/');
          request.responseType = 'text';
          out.push(request.responseType);
        }
        return out;
      });
      const one = ['blobUrl', true, true, 'hello', 'InvalidStateError', 'text'];
      assert.deepEqual(seen, [...one, ...one]);
    });

    test('POST without a URL shares a file, GET with its swarm id gets it', async () => {
      const seen = await page.evaluate(async () => {
        const file = new File(['shared bytes'], 'name.txt', {type: 'text/plain'});
        const shared = await go({options: {downloadMode: 'p2p'}, method: 'POST', body: file});
        const {swarmId, name} = shared.request.getFileInfo();
        const got = await go({options: {downloadMode: 'p2p'}, url: swarmId});
        const bare = await go({url: swarmId, set(it) { it.responseType = 'arraybuffer'; }});
        const load = got.last('load');
        return {
          log: shared.log, name, status: shared.request.status, hashed: shared.last('load').loadedFS,
          text: got.request.responseText, p2p: load.loadedP2P, http: load.loadedHTTP, type: got.request.getResponseHeader('content-type'),
          url: got.request.responseURL, bare: bare.request.response.byteLength,
        };
      });
      assert.deepEqual(seen, {
        log: [1, 'loadstart', 2, 3, 'progress', 4, 'load', 'loadend'], name: 'name.txt', status: 200, hashed: 12,
        text: 'shared bytes', p2p: 12, http: 0, type: 'text/plain', url: '', bare: 12,
      });
    });

    test('error statuses, each with an error to act on', async () => {
      const seen = await page.evaluate(async () => {
        const out = [];
        for (const digit of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const {request, last, log} = await go({options: {downloadMode: 'p2p'}, url: String(digit).repeat(64)});
          const {error} = last('error');
          out.push([request.status, error.code, error instanceof peer5.RequestError, error.message.length > 10, log.join()]);
        }
        const {Request} = peer5;
        return [out, [Request.SWARMID_NOT_FOUND_ERR, Request.FIREFOX_ONLY_SWARM_ERR, Request.CHROME_ONLY_SWARM_ERR,
          Request.VERIFICATION_ERR, Request.FILE_SIZE_ERR, Request.OUT_OF_SPACE_ERR, Request.WRITE_ERR, 0],
        [Request.BROWSER_SWARM_COMPAT_ERR, Request.prototype.INVALID_RESPONSETYPE]];
      });
      assert.deepEqual(seen[0].map(([status]) => status), [650, 641, 642, 646, 640, 644, 645, 0]);
      assert.deepEqual(seen[1], [650, 641, 642, 646, 640, 644, 645, 0]);
      assert.deepEqual(seen[2], [643, 669]);
      for (const [, , isOurs, speaks, log] of seen[0]) {
        assert.ok(isOurs && speaks);
        assert.equal(log, '1,loadstart,4,error,loadend');
      }
    });

    test('abort() resets the status of an error', async () => {
      assert.equal(await page.evaluate(async () => {
        const {request} = await go({options: {downloadMode: 'p2p'}, url: '0'.repeat(64)});
        request.abort();
        return `${request.readyState} ${request.status}`;
      }), '0 0');
    });

    test('P2P only, without WebRTC or a tracker: an error, not a request to the origin', async () => {
      const seen = await page.evaluate(async () => {
        const out = [];
        const {RTCPeerConnection} = globalThis;
        globalThis.RTCPeerConnection = undefined;
        const {request, last} = await go({options: {downloadMode: 'p2p'}, url: 'a'.repeat(64)});
        globalThis.RTCPeerConnection = RTCPeerConnection;
        out.push(request.status, last('error').error.code, last('error').error.message.length > 20);
        return out;
      });
      assert.deepEqual(seen, [643, 'unsupported', true]);
    });

    test('abort() pauses, abort({leaveSwarm: true}) leaves, also after the end', async () => {
      const seen = await page.evaluate(async () => {
        const before = {...standinEngine};
        const slow = '/r?type=x/y&size=4000&pieces=4&gap=200';
        const abortAt3 = (how) => (it) => { if (it.readyState === 3) it.abort(how); };
        const paused = await go({url: slow, hook: abortAt3()});
        const left = await go({url: slow, hook: abortAt3({leaveSwarm: true})});
        const done = await go({url: '/r?body=x'});
        done.request.abort({leaveSwarm: true});
        return [paused.log, left.log, standinEngine.pauses - before.pauses, standinEngine.leaves - before.leaves, done.request.readyState]
          .map((part) => Array.isArray(part) ? part.filter((what) => what !== 'swarmstatechange').join() : part);
      });
      assert.deepEqual(seen, ['1,loadstart,2,3,4,abort,loadend,progress', '1,loadstart,2,3,4,abort,loadend,progress', 1, 2, 0]);
    });

    for (const when of ['before', 'head', 'body']) {
      test(`a restart (${when}) shows nothing twice`, async () => {
        const seen = await page.evaluate(async (at) => {
          const {request, log, last} = await go({url: `/r?body=hello&restart=${at}`});
          const {loaded, loadedHTTP} = last('load');
          const own = log.filter((what) => what !== 'swarmstatechange').join();
          return [own, request.responseText, request.status, loaded, loadedHTTP];
        }, when);
        assert.deepEqual(seen, ['1,loadstart,2,3,progress,4,load,loadend', 'hello', 200, 5, 5]);
      });
    }

    test('an engine that cannot be had: HTTP alone, and one line that says so', async () => {
      const {page: other, logs} = await openPage(browser, `${origin.url}/`);
      const seen = await other.evaluate(async () => {
        WebAssembly.Module = class { constructor() { throw new Error('refused'); } };
        const {request, log} = await go({url: '/r?body=hello'});
        await go({url: '/r?body=hello'});
        return [log.join(), request.responseText, globalThis.standinEngine === undefined];
      });
      assert.deepEqual(seen, ['1,loadstart,2,3,progress,4,load,loadend', 'hello', true]);
      assert.equal(logs.filter((line) => /peer5:/.test(line)).length, 1);
      await other.close();
    });

    test('scope: include, exclude', async () => {
      const seen = await page.evaluate(async () => {
        const {setGlobalOptions} = peer5;
        const served = async (scope, url) => {
          setGlobalOptions({scope});
          const {downloads} = standinEngine;
          await go({url});
          return standinEngine.downloads - downloads;
        };
        const out = [await served({include: ['*/r?body=*']}, '/r?body=x'), await served({include: [/nope/]}, '/r?body=x'),
          await served({exclude: ['*body=x*']}, '/r?body=x'), await served({exclude: [/nope/g]}, '/r?body=x')];
        setGlobalOptions({scope: undefined});
        return out;
      });
      assert.deepEqual(seen, [1, 0, 0, 1]);
    });

    test('what is here: resources by id and by URL, removed on request', async () => {
      const seen = await page.evaluate(async () => {
        const url = `${location.origin}/r?size=5000&type=x/y`;
        const {request} = await go({url});
        const {swarmId} = request.getFileInfo();
        const all = await new Promise((resolve) => peer5.getAllLocalResources(resolve));
        const byUrl = await new Promise((resolve) => peer5.getLocalResource(url, resolve));
        const removed = [await peer5.removeResource(swarmId), await peer5.removeResource(swarmId)];
        return [all.some((one) => one.swarmId === swarmId), byUrl.fileSize, byUrl.numOfBlocks, byUrl.numOfBlocksDownloaded, byUrl.status, ...removed,
          await peer5.getLocalResource(swarmId)];
      });
      assert.deepEqual(seen, [true, 5000, 5, 5, 'play', true, false, null]);
    });

    test('compatibility', async () => {
      const seen = await page.evaluate(async () => {
        const {RTCPeerConnection, WebSocket} = globalThis;
        const out = [await new Promise((resolve) => peer5.getCompatabilityStatus(resolve))];
        globalThis.RTCPeerConnection = globalThis.WebSocket = undefined;
        out.push(await peer5.getCompatibilityStatus());
        Object.assign(globalThis, {RTCPeerConnection, WebSocket});
        return out;
      });
      assert.deepEqual(seen, [[], [700, 701]]);
    });

    test('options that mean nothing are refused with a sentence', async () => {
      const seen = await page.evaluate(() => {
        const thrown = (action) => { try { action(); return ''; } catch (error) { return `${error.name}: ${error.message}`; } };
        return [() => new peer5.Request({strategy: 'fast'}), () => new peer5.Request({downloadMode: 'x'}), () => new peer5.Request({integrity: 'x'}),
          () => peer5.setGlobalOptions({tracker: 'http://x'}), () => peer5.setGlobalOptions({upLinkLimit: -1}), () => new peer5.Request('Microsoft.XMLHTTP')].map(thrown);
      });
      for (const text of seen.slice(0, 5)) assert.match(text, /^TypeError: peer5.* must be /);
      assert.equal(seen[5], '');
    });
  });
}
