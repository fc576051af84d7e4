/** The Web IDL shape. https://webidl.spec.whatwg.org/#javascript-binding */

const IDL = '#interface-xmlhttprequest';

const MEMBERS = ['UNSENT', 'OPENED', 'HEADERS_RECEIVED', 'LOADING', 'DONE', 'onreadystatechange', 'readyState', 'open',
  'setRequestHeader', 'timeout', 'withCredentials', 'upload', 'send', 'abort', 'responseURL', 'status', 'statusText',
  'getResponseHeader', 'getAllResponseHeaders', 'overrideMimeType', 'responseType', 'response', 'responseText', 'responseXML'];

function describe(holder, name) {
  const found = Object.getOwnPropertyDescriptor(holder, name);
  if (!found) return null;
  const {value, get, set, enumerable, configurable, writable} = found;
  const fn = (f) => f && [typeof f, f.name, f.length, 'prototype' in f];
  return {enumerable, configurable, writable, get: fn(get), set: fn(set), value: typeof value === 'function' ? fn(value) : typeof value === 'object' ? 'object' : value};
}

export const shape = [
  {
    name: 'members of the prototype', clause: IDL,
    run: (t) => Object.fromEntries(MEMBERS.map((name) => [name, describe(t.XHR.prototype, name)])),
  },
  {
    name: 'the interface object', clause: IDL,
    run: (t) => [t.XHR.name, t.XHR.length, typeof t.XHR, describe(t.XHR, 'prototype'), describe(t.XHR, 'name'), describe(t.XHR, 'length'),
      ...MEMBERS.slice(0, 5).map((name) => describe(t.XHR, name)), t.XHR.prototype.constructor === t.XHR,
      describe(t.XHR.prototype, 'constructor').enumerable, t.thrown(() => t.XHR()), t.XHR.prototype[Symbol.toStringTag]],
  },
  {
    name: 'an instance', clause: IDL,
    run: (t) => {
      const xhr = new t.XHR();
      return [String(xhr), Object.keys(xhr), Reflect.ownKeys(xhr), xhr instanceof XMLHttpRequest, xhr instanceof EventTarget,
        xhr instanceof XMLHttpRequestEventTarget, Object.getPrototypeOf(xhr) === t.XHR.prototype, xhr.constructor === t.XHR,
        MEMBERS.filter((name) => !(name in xhr)), MEMBERS.every((name) => Object.getOwnPropertyNames(t.XHR.prototype).includes(name))];
    },
  },
  {
    name: 'values before open()', clause: IDL,
    run: (t) => {
      const xhr = new t.XHR();
      return [xhr.readyState, xhr.status, xhr.statusText, xhr.responseURL, xhr.response, xhr.responseText, xhr.responseXML,
        xhr.responseType, xhr.timeout, xhr.withCredentials, xhr.onreadystatechange, xhr.onload, xhr.getResponseHeader('a'), xhr.getAllResponseHeaders()];
    },
  },
  {
    name: 'members called on what is no request', clause: IDL,
    run: (t) => MEMBERS.slice(5).map((name) => {
      const {get, set, value} = Object.getOwnPropertyDescriptor(t.XHR.prototype, name);
      return [{}, t.XHR.prototype, null, 7, document].map((self) => [get, set, value].map((f) => f && t.thrown(() => f.call(self, 'GET', '/'))));
    }),
  },
  {
    name: 'members called on a native request', clause: IDL,
    async run(t) {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const xhr = new frame.contentWindow.XMLHttpRequest();
      const {prototype} = t.XHR;
      prototype.open.call(xhr, 'GET', t.r('body=x'));
      prototype.setRequestHeader.call(xhr, 'a', 'b');
      prototype.overrideMimeType.call(xhr, 'text/plain');
      Object.getOwnPropertyDescriptor(prototype, 'responseType').set.call(xhr, 'text');
      prototype.send.call(xhr);
      await t.ended(xhr);
      const read = (name) => Object.getOwnPropertyDescriptor(prototype, name).get.call(xhr);
      const seen = [read('readyState'), read('status'), read('response'), read('responseText'), read('responseType'),
        prototype.getResponseHeader.call(xhr, 'content-type')];
      prototype.abort.call(xhr);
      frame.remove();
      return [...seen, read('readyState')];
    },
  },
  {
    name: 'a subclass', clause: IDL, p2p: true,
    async run(t) {
      class Mine extends t.XHR {
        constructor(...args) { super(...args); this.mine = 1; }
        get status() { return super.status + 1; }
        open(...args) { t.note('open'); super.open(...args); }
      }
      const xhr = new Mine('of no meaning');
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      return [xhr.status, xhr.responseText, xhr instanceof t.XHR, xhr instanceof Mine, String(xhr), xhr.mine];
    },
  },
  {
    name: 'a subclass in the old style, and wrapped methods', clause: IDL, p2p: true,
    async run(t) {
      function Old() { return Reflect.construct(t.XHR, [], Old); }
      Old.prototype = Object.create(t.XHR.prototype);
      const open = t.XHR.prototype.open;
      t.XHR.prototype.open = function(...args) { t.note('wrapped'); return open.apply(this, args); };
      const xhr = new Old();
      xhr.open('GET', t.r('body=x'));
      t.XHR.prototype.open = open;
      xhr.send();
      await t.ended(xhr);
      return [xhr.responseText, xhr instanceof Old];
    },
  },
  {
    name: 'assigning to what is read-only', clause: IDL,
    run: (t) => {
      const xhr = new t.XHR();
      return ['readyState', 'status', 'response', 'responseText', 'upload', 'DONE']
        .map((name) => [t.thrown(() => { 'use strict'; xhr[name] = 9; }), typeof xhr[name]]);
    },
  },
];
