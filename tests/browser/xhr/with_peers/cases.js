/**
 * The table of cases whose bytes come from peers: the origin sends the head
 * and the first piece of a file, the other visitors the rest. What the page
 * sees must be what native XMLHttpRequest shows it of the same file when the
 * origin sends it all.
 *
 * | field | meaning |
 * | --- | --- |
 * | `clause` | fragment of https://xhr.spec.whatwg.org/ |
 * | `origin` | how it is while peers serve: `holds` (if not given), `resets` its connections before the head |
 * | `nativeHolds` | it holds for the native class too: the case is about what comes before the end |
 * | `slow` | peers are, so that the case can act in mid-body: how far that is, the clock says |
 * | `from` | 'another origin': the page is not of the files' origin |
 * | `differs` | browsers whose native class gives another result, and which |
 * | `expectedResult` | ours then |
 */

const RESPONSE = '#the-response-attribute';
const TEXT = '#the-responsetext-attribute';
const SEND = '#the-send()-method';

/** Without what says when it was sent, and over which connection. */
const steady = (headers) => headers.split('\r\n').filter((line) => !/^(date|connection|keep-alive):/.test(line));

const head = (xhr) => [xhr.status, xhr.statusText, new URL(xhr.responseURL).pathname];

function ofType(responseType, file, describe) {
  return {
    name: `response as ${responseType || 'the default'}, ${file}`, clause: RESPONSE,
    async run(t) {
      const xhr = await t.fetched(t.urls[file], {set(it) { it.responseType = responseType; }});
      return [...head(xhr), xhr.responseType, await describe(xhr, t),
        // Chromium's makes the value of JSON anew at each reading, which the standard doesn't.
        responseType === 'json' || xhr.response === xhr.response];
    },
  };
}

const text = async (xhr, t) => [xhr.responseText.length, await t.digestOf(new TextEncoder().encode(xhr.responseText))];

function decoded(file, charset) {
  return {
    name: `text in ${file}${charset ? `, overridden by ${charset}` : ''}`, clause: TEXT,
    async run(t) {
      const xhr = await t.fetched(t.urls[file], {set(it) { if (charset) it.overrideMimeType(`text/plain;charset=${charset}`); }});
      return text(xhr, t);
    },
  };
}

/** What a page tries in LOADING, once. */
function inLoading(name, clause, act, more) {
  return {
    name, clause, slow: true, nativeHolds: true, ...more,
    async run(t) {
      let done = false;
      const seen = [];
      const xhr = t.start(t.urls.binary, {
        set(it) { it.responseType = 'arraybuffer'; },
        hook(it, event, what) {
          if (done || what !== 'progress' || !t.isInPlay()) return;
          done = true;
          act(it, t, seen);
        },
      });
      await t.ended(xhr);
      return [seen, xhr.readyState, xhr.status, xhr.response?.byteLength ?? null];
    },
  };
}

export const cases = [
  ofType('arraybuffer', 'binary', async ({response}, t) => [response.byteLength, await t.digestOf(response)]),
  ofType('blob', 'binary', async ({response}, t) =>
    [response.size, response.type, String(response), await t.digestOf(await response.arrayBuffer())]),
  ofType('text', 'utf-8', text),
  ofType('', 'utf-8', text),
  ofType('json', 'json', async ({response}) => [Object.keys(response).length, response['key 4000'].text]),
  ofType('json', 'utf-8', async ({response}) => response),
  decoded('utf-8'),
  decoded('utf-16le'),
  decoded('shift_jis'),
  decoded('bom'),
  decoded('utf-8', 'windows-1252'),
  {
    name: 'responseXML', clause: '#the-responsexml-attribute',
    async run(t) {
      const {responseXML} = await t.fetched(t.urls.xml);
      return [responseXML.documentElement.children.length, responseXML.contentType, responseXML.querySelector('item:last-child').textContent];
    },
  },
  {
    name: 'response headers', clause: '#the-getallresponseheaders()-method',
    async run(t) {
      const xhr = await t.fetched(t.urls.binary);
      return [...head(xhr), steady(xhr.getAllResponseHeaders()), xhr.getResponseHeader('X-Mine'), xhr.getResponseHeader('etag')];
    },
  },
  {
    name: 'response headers of another origin', clause: '#the-getallresponseheaders()-method', from: 'another origin',
    async run(t) {
      const xhr = await t.fetched(t.urls.binary);
      return [...head(xhr), steady(xhr.getAllResponseHeaders()), xhr.getResponseHeader('X-Mine'), xhr.getResponseHeader('etag')];
    },
  },
  {
    name: 'the head of an origin that does not answer', clause: SEND, origin: 'resets',
    async run(t) {
      const xhr = await t.fetched(t.urls.binary, {set(it) { it.responseType = 'blob'; }});
      return [...head(xhr), ...['content-length', 'content-type', 'etag', 'last-modified'].map((name) => xhr.getResponseHeader(name)),
        xhr.response.type];
    },
  },
  {
    name: 'loaded grows, total stays', clause: '#event-xhr-progress',
    async run(t) {
      const seen = [];
      await t.fetched(t.urls.binary, {
        set(it) { it.responseType = 'arraybuffer'; },
        hook(it, event) { if (event.type === 'progress') seen.push(event); },
      });
      return [seen.every(({loaded}, i) => i === 0 || loaded > seen[i - 1].loaded), [...new Set(seen.map(({total}) => total))],
        seen.every(({lengthComputable}) => lengthComputable), seen.at(-1).loaded];
    },
  },
  {
    name: 'progress comes no more than every 50 ms', clause: SEND, slow: true,
    async run(t) {
      const at = [];
      await t.fetched(t.urls.binary, {hook(it, event, what) { if (what === 3) at.push(event.timeStamp); }});
      return at.slice(1, -1).every((time, i) => time - at[i] >= 40);
    },
  },
  {
    name: 'responseText grows, and never changes', clause: TEXT,
    async run(t) {
      let before = '';
      let steadily = true;
      const xhr = await t.fetched(t.urls['utf-8'], {
        hook(it, event) {
          if (event.type !== 'progress') return;
          steadily &&= it.responseText.startsWith(before);
          before = it.responseText;
        },
      });
      return [steadily, xhr.responseText.startsWith(before), before.length > 0];
    },
  },
  inLoading('abort() in LOADING', '#the-abort()-method', (xhr) => xhr.abort()),
  inLoading('what LOADING forbids', '#the-responsetype-attribute', (xhr, t, seen) => {
    seen.push(t.thrown(() => { xhr.responseType = 'text'; }), t.thrown(() => xhr.setRequestHeader('a', 'b')), t.thrown(() => xhr.send()),
      t.thrown(() => { xhr.withCredentials = true; }), t.thrown(() => xhr.overrideMimeType('text/x')), t.thrown(() => xhr.responseText), xhr.response);
    xhr.abort();
  }),
  inLoading('timeout in LOADING', '#the-timeout-attribute', (xhr) => { xhr.timeout = 1; },
    {differs: {firefox: 'an empty ArrayBuffer after an error'}, expectedResult: [[], 4, 0, null]}),
  inLoading('open() in LOADING, then another file', '#the-open()-method', (xhr, t) => {
    xhr.open('GET', t.urls.small);
    xhr.responseType = 'arraybuffer';
    xhr.send();
  }),
  {
    name: 'sent again after abort()', clause: '#the-abort()-method', slow: true,
    async run(t) {
      let aborted = false;
      const xhr = t.request((it, event, what) => {
        if (aborted || what !== 'progress' || !t.isInPlay()) return;
        aborted = true;
        it.abort();
      });
      for (let i = 0; i < 2; i++) {
        xhr.open('GET', t.urls.binary);
        xhr.responseType = 'arraybuffer';
        xhr.send();
        await t.ended(xhr);
      }
      return [xhr.status, await t.digestOf(xhr.response)];
    },
  },
  {
    name: 'two requests at once for one file', clause: SEND,
    async run(t) {
      const both = [0, 1].map(() => t.start(t.urls.binary, {set(it) { it.responseType = 'arraybuffer'; }}));
      await Promise.all(both.map((xhr) => t.ended(xhr)));
      t.log.length = 0;
      return Promise.all(both.map((xhr) => t.digestOf(xhr.response)));
    },
  },
];
