/**
 * Real clients, unmodified, on a page whose XMLHttpRequest is peer5's: they
 * download small and large things, upload, fail, time out and abort, and see
 * what they see with the native class.
 */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {BROWSERS, launch} from './browsers.js';
import {playStream, withClients} from './clients.js';
import {openPage, startWithStandin} from './page.js';
import {SEGMENTS, SEGMENT_SECONDS, initSegment, playlist, segment} from './vod_stream.js';

const AUTO = `<script type="module">
import {auto} from '/js/auto.js';
auto.install({tracker: 'wss://tracker.invalid', minSize: 0});
globalThis.ready = true;
</script>`;
const NATIVE = '<script>globalThis.ready = true;</script>';

// The clients choose their transport when they load, so the global is replaced first.
const page = (setup) => ({html: `<!doctype html><meta charset="utf-8"><title>clients</title>${setup}
<script type="module">globalThis.loaded = true</script>`});

/** What each client is put through; all run in the page. */
const JOBS = {
  async axios() {
    const {axios} = globalThis;
    const out = {};
    out.json = (await axios.get('/r?body={"a":1}&type=application/json')).data;
    let last = {};
    const big = await axios.get('/r?size=3000000&type=x/y', {
      responseType: 'arraybuffer', onDownloadProgress: (event) => { last = event; },
    });
    out.big = [big.data.byteLength, last.loaded, last.total, big.headers['content-type']];
    out.blob = (await axios.get('/r?size=10&type=image/png', {responseType: 'blob'})).data.type;
    let sent = 0;
    const echo = await axios.post('/r?echo', {x: 1}, {onUploadProgress: (event) => { sent = event.loaded; }});
    out.post = [echo.data.method, echo.data.body, echo.data.headers['content-type'], sent];
    out.missing = await axios.get('/r?status=404&body=no').catch((error) => [error.code, error.response.status, error.response.data]);
    out.refused = await axios.get('http://127.0.0.1:1/').catch((error) => [error.code, error.message]);
    out.timeout = await axios.get('/r?wait=900', {timeout: 100}).catch((error) => error.code);
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    out.aborted = await axios.get('/r?wait=900', {signal: control.signal}).catch((error) => error.code);
    return out;
  },

  async jQuery() {
    const {$} = globalThis;
    const settled = (request) => new Promise((resolve) => request.always((a, status, b) =>
      resolve([status, typeof a === 'object' && a.status !== undefined ? a.status : b.status])));
    const out = {};
    out.json = await $.getJSON('/r?body={"a":1}&type=application/json');
    out.xml = $(await $.get('/r?body=<a><b/></a>&type=text/xml')).find('b').length;
    out.text = (await $.get('/r?size=200000&type=text/plain')).length;
    out.post = await $.post('/r?echo&type=application/json', {x: 1}).then(({method, body}) => [method, body]);
    out.missing = await settled($.ajax('/r?status=404&body=no'));
    out.broken = await settled($.ajax('/r?body={&type=application/json'));
    out.refused = await settled($.ajax('http://127.0.0.1:1/'));
    out.timeout = await settled($.ajax('/r?wait=900', {timeout: 100}));
    const request = $.ajax('/r?wait=900');
    setTimeout(() => request.abort(), 100);
    out.aborted = await settled(request);
    const headers = await new Promise((resolve) => $.ajax('/r?body=x&h=X-A:1').done((data, status, it) =>
      resolve([it.getResponseHeader('X-A'), it.getAllResponseHeaders().includes('x-a: 1')])));
    out.headers = headers;
    return out;
  },

  async superagent() {
    const {superagent} = globalThis;
    const out = {};
    out.json = (await superagent.get('/r?body={"a":1}&type=application/json')).body;
    let seen = 0;
    const big = await superagent.get('/r?size=3000000&type=x/y').responseType('arraybuffer')
      .on('progress', (event) => { if (event.direction === 'download') seen = event.loaded; });
    out.big = [big.body.byteLength, seen, big.headers['content-type']];
    out.post = await superagent.post('/r?echo&type=application/json').send({x: 1}).then(({body}) => [body.method, body.body]);
    out.missing = await superagent.get('/r?status=404&body=no').catch((error) => [error.status, error.response.text]);
    out.refused = await superagent.get('http://127.0.0.1:1/').catch((error) => Boolean(error.crossDomain));
    out.timeout = await superagent.get('/r?wait=900').timeout(100).catch((error) => [error.code, error.timeout]);
    const request = superagent.get('/r?wait=900');
    setTimeout(() => request.abort(), 100);
    out.aborted = await new Promise((resolve) => request.on('abort', () => resolve('abort')).end(() => resolve('end')));
    return out;
  },
};

function streamPages() {
  const type = {'Content-Type': 'video/mp4'};
  const pages = {
    '/vod.m3u8': {html: playlist('/vod.mp4', (i) => `/vod${i}.m4s`), headers: {'Content-Type': 'application/vnd.apple.mpegurl'}},
    '/vod.mp4': {html: initSegment(), headers: type},
  };
  for (let i = 0; i < SEGMENTS; i++) pages[`/vod${i}.m4s`] = {html: segment(i), headers: type};
  return pages;
}

/** GETs that could go to peers, of each client's job. */
const SERVED = {axios: 7, jQuery: 8, superagent: 6};

const served = () => globalThis.standinEngine?.downloads ?? 0;

/** A browser of its own: what one page has decoded changes what the next is offered. */
async function inFreshBrowser(name, url, job) {
  const browser = await launch(name);
  try {
    const {page: tab} = await openPage(browser, url);
    await withClients(tab);
    return {result: await tab.evaluate(job), served: await tab.evaluate(served)};
  } finally {
    await browser.close();
  }
}

for (const name of BROWSERS) {
  describe(`clients in ${name}`, () => {
    let origin;
    let browser;
    let native;
    let ours;

    before(async () => {
      origin = await startWithStandin({'/native': page(NATIVE), '/auto': page(AUTO), ...streamPages()});
      browser = await launch(name);
      ({page: native} = await openPage(browser, `${origin.url}/native`));
      ({page: ours} = await openPage(browser, `${origin.url}/auto`));
      await withClients(native);
      await withClients(ours);
    });

    after(async () => {
      await browser?.close();
      await origin?.close();
    });

    for (const [client, job] of Object.entries(JOBS)) {
      test(client, async () => {
        const wanted = await native.evaluate(job);
        const before = await ours.evaluate(served);
        assert.deepEqual(await ours.evaluate(job), wanted);
        const gets = await ours.evaluate(served) - before;
        assert.ok(gets >= SERVED[client], `the engine served ${gets} of its GETs`);
      });
    }

    test('hls.js', async () => {
      const wanted = await inFreshBrowser(name, `${origin.url}/native`, playStream);
      const seen = await inFreshBrowser(name, `${origin.url}/auto`, playStream);
      assert.deepEqual([wanted.result.errors, wanted.result.whole, wanted.result.plays], [[], true, true]);
      assert.equal(wanted.result.duration, Math.round(SEGMENTS * SEGMENT_SECONDS));
      assert.deepEqual(seen.result, wanted.result);
      assert.equal(seen.served, 2 + SEGMENTS, 'playlist, initialization and segments');
    });
  });
}
