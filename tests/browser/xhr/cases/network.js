/** Redirects, other origins, other schemes, other methods, synchronous requests, uploads, frames. */

import {other, path} from './urls.js';

const SEND = '#the-send()-method';
const OPEN = '#the-open()-method';

function cross(name, query, {p2p = true, set = () => {}} = {}) {
  return {
    name, clause: SEND, p2p,
    async run(t) {
      const xhr = t.request();
      xhr.open('GET', t.r(query, other()));
      set(xhr);
      xhr.send();
      await t.ended(xhr);
      return [xhr.status, xhr.responseText, path(xhr.responseURL), xhr.getResponseHeader('X-Hidden'),
        xhr.getResponseHeader('X-Shown'), xhr.getResponseHeader('Content-Type')];
    },
  };
}

function method(name, verb, body) {
  return {
    name, clause: SEND,
    async run(t) {
      const xhr = new t.XHR();
      xhr.open(verb, t.r('echo'));
      xhr.send(body?.());
      await t.ended(xhr);
      if (!xhr.responseText) return [xhr.status, xhr.responseText];
      const {method: seen, headers, body: text} = JSON.parse(xhr.responseText);
      const type = headers['content-type']?.replace(/boundary=.*/, 'boundary') ?? null;
      return [seen, type, headers['content-length'] && type !== 'multipart/form-data; boundary' ? headers['content-length'] : null,
        text.replace(/-+\S*?[\da-z]{10,}(--)?/gi, '#')];
    },
  };
}

const form = () => {
  const data = new FormData();
  data.append('a', 'b');
  return data;
};

export const network = [
  {
    name: 'responseURL after a redirect, without a fragment', clause: '#the-responseurl-attribute', p2p: true,
    async run(t) {
      const xhr = await t.get('status=302&to=/r?body=there%23part#mine');
      return [path(xhr.responseURL), xhr.responseText];
    },
  },
  cross('another origin without CORS', 'body=x'),
  cross('another origin with CORS', 'body=x&cors&h=X-Hidden:1&h=X-Shown:2&h=Access-Control-Expose-Headers:X-Shown'),
  cross('a preflight for an unsafe header', 'body=x&cors', {set: (it) => it.setRequestHeader('X-Mine', '1')}),
  cross('a preflight that is refused', 'body=x', {set: (it) => it.setRequestHeader('X-Mine', '1')}),
  cross('credentials go to native', 'body=x&cors', {p2p: false, set: (it) => { it.withCredentials = true; }}),
  {
    name: 'user and password go to native', clause: OPEN, p2p: false,
    async run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', t.r('body=x'), true, 'user', 'pass');
      xhr.send();
      await t.ended(xhr);
      return xhr.responseText;
    },
  },
  {
    name: 'data: and blob: URLs go to native', clause: SEND, p2p: false,
    async run(t) {
      const seen = [];
      const blobUrl = URL.createObjectURL(new Blob(['of a blob'], {type: 'text/x'}));
      for (const url of ['data:text/plain,of%20data', blobUrl]) {
        const xhr = t.request();
        xhr.open('GET', url);
        xhr.send();
        await t.ended(xhr);
        seen.push(xhr.status, xhr.responseText, xhr.getResponseHeader('content-type'));
      }
      return seen;
    },
  },
  {
    name: 'synchronous requests go to native', clause: SEND, p2p: false,
    run(t) {
      const xhr = t.request();
      xhr.open('GET', t.r('body=now'), false);
      const thrown = [t.thrown(() => { xhr.responseType = 'blob'; }), t.thrown(() => { xhr.timeout = 5; })];
      xhr.send();
      return [...thrown, xhr.readyState, xhr.status, xhr.responseText];
    },
  },
  {
    name: 'async is told from absent and undefined', clause: OPEN, p2p: false,
    run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', t.r('body=now'), undefined);
      xhr.send();
      return [xhr.readyState, xhr.responseText];
    },
  },
  method('HEAD', 'HEAD'),
  method('POST of nothing', 'POST'),
  method('POST of text', 'POST', () => 'h\u00e9'),
  method('POST of bytes', 'POST', () => new Uint8Array([65, 66])),
  method('POST of a blob', 'POST', () => new Blob(['b'], {type: 'x/y'})),
  method('POST of parameters', 'POST', () => new URLSearchParams('a=b c')),
  method('POST of a form', 'POST', form),
  method('POST of a document', 'POST', () => new DOMParser().parseFromString('<a/>', 'text/xml')),
  method('POST of an object', 'POST', () => ({toString: () => 'as text'})),
  method('PUT', 'put', () => 'x'),
  method('a method of its own', 'Chicken', () => 'x'),
  {
    name: 'GET drops its body', clause: SEND, p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      xhr.open('get', t.r('echo'));
      xhr.send('dropped');
      await t.ended(xhr);
      const {method: seen, body, headers} = JSON.parse(xhr.responseText);
      return [seen, body, headers['content-type'] ?? null];
    },
  },
  {
    name: 'a body that is no string is refused, also by GET', clause: SEND,
    run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', t.r('body=x'));
      return [t.thrown(() => xhr.send(Symbol('x'))), xhr.readyState];
    },
  },
  {
    name: 'events of an upload', clause: '#the-upload-attribute',
    async run(t) {
      const xhr = t.upload();
      xhr.open('POST', t.r('body=ok'));
      xhr.send('x'.repeat(10));
      await t.ended(xhr);
    },
  },
  {
    name: 'a GET fires nothing on upload', clause: '#the-upload-attribute', p2p: true,
    async run(t) {
      const xhr = t.upload();
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      return [xhr.upload === xhr.upload, String(xhr.upload)];
    },
  },
  {
    name: 'a GET that fails fires nothing on upload', clause: '#request-error-steps', p2p: true,
    differs: {chromium: 'tells upload of the failure though nothing was uploaded'},
    expected: [1, 'loadstart(0,0)', 4, 'timeout(0,0)', 'loadend(0,0)'],
    async run(t) {
      const xhr = t.upload();
      xhr.open('GET', t.r('wait=600&body=x'));
      xhr.timeout = 100;
      xhr.send();
      await t.ended(xhr);
    },
  },
  {
    name: 'a base URL that changes after open() changes nothing', clause: OPEN, p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', 'r?body=here');
      const base = document.createElement('base');
      base.href = '/elsewhere/';
      document.head.append(base);
      xhr.send();
      await t.ended(xhr);
      base.remove();
      return [xhr.status, path(xhr.responseURL)];
    },
  },
  {
    name: 'a relative URL is read against the base', clause: OPEN, p2p: true,
    async run(t) {
      const base = document.createElement('base');
      base.href = '/elsewhere/';
      document.head.append(base);
      const xhr = new t.XHR();
      xhr.open('GET', '../r?body=here');
      base.remove();
      xhr.send();
      await t.ended(xhr);
      return [xhr.status, xhr.responseText, path(xhr.responseURL)];
    },
  },
  {
    name: 'what open() refuses', clause: OPEN,
    run(t) {
      const attempts = [[], ['GET'], ['', '/'], ['a b', '/'], ['TRACE', '/'], ['connect', '/'], ['GET', 'http://['],
        ['G\u20acT', '/'], [Symbol('x'), '/'], ['GET', {toString() { throw new RangeError('mine'); }}]];
      return attempts.map((args) => {
        const xhr = new t.XHR();
        return [t.thrown(() => xhr.open(...args)), xhr.readyState];
      });
    },
  },
  {
    name: 'open() converts its arguments once and in order', clause: OPEN,
    run(t) {
      const xhr = new t.XHR();
      xhr.open({toString() { t.note('method'); return 'GET'; }}, {toString() { t.note('url'); return '/r'; }}, true,
        {toString() { t.note('user'); return 'u'; }}, {toString() { t.note('password'); return 'p'; }});
      return xhr.readyState;
    },
  },
  {
    name: 'send() before open()', clause: SEND,
    run: (t) => [t.thrown(() => new t.XHR().send()), t.thrown(() => new t.XHR().setRequestHeader('a', 'b'))],
  },
  {
    name: 'withCredentials in each state', clause: '#the-withcredentials-attribute', p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      const seen = [];
      const attempt = () => seen.push(xhr.readyState, t.thrown(() => { xhr.withCredentials = false; }), xhr.withCredentials);
      attempt();
      for (const type of ['readystatechange', 'loadstart', 'load']) xhr.addEventListener(type, attempt);
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      xhr.abort();
      attempt();
      return seen;
    },
  },
  {
    name: 'a request object used for three responses', clause: OPEN, p2p: 'maybe',
    async run(t) {
      const xhr = t.request();
      const seen = [];
      for (const [verb, query, responseType] of [['GET', 'body=1', ''], ['POST', 'body={"method":"POST"}', 'json'], ['GET', 'body=3', 'arraybuffer']]) {
        xhr.open(verb, t.r(query));
        xhr.responseType = responseType;
        xhr.send();
        await t.ended(xhr);
        seen.push(xhr.status, typeof xhr.response, xhr.response?.byteLength ?? xhr.response?.method ?? xhr.response);
      }
      return seen;
    },
  },
  {
    name: 'a request from a frame that has gone', clause: SEND, p2p: false,
    async run(t) {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const XHR = frame.contentWindow.XMLHttpRequest;
      const xhr = new XHR();
      xhr.open('GET', t.r('body=x'));
      frame.remove();
      t.note(t.thrown(() => xhr.send()));
      await new Promise((resolve) => setTimeout(resolve, 200));
      return xhr.status;
    },
  },
];
