/** Request headers as sent, response headers as shown. */

const GET = '#the-getresponseheader()-method';
const ALL = '#the-getallresponseheaders()-method';
const SET = '#the-setrequestheader()-method';

/** Headers that a browser sets by itself, or that differ between XMLHttpRequest and fetch. */
const AMBIENT = /^(host|connection|user-agent|sec-.*|accept-encoding|accept-language|referer|origin|priority|pragma|cache-control|te)$/;

const ambientFree = (headers) => Object.entries(headers).filter(([name]) => !AMBIENT.test(name)).sort();

function sent(name, p2p, set) {
  return {
    name, clause: SET, p2p,
    async run(t) {
      const xhr = await t.get('echo', {set});
      t.log.length = 0;
      return ambientFree(JSON.parse(xhr.responseText).headers);
    },
  };
}

export const headers = [
  sent('default request headers', true, () => {}),
  sent('headers of the author', true, (it) => {
    it.setRequestHeader('X-One', ' 1 ');
    it.setRequestHeader('x-one', '2');
    it.setRequestHeader('Accept', 'text/x-mine');
    it.setRequestHeader('X-Empty', '');
  }),
  sent('forbidden headers are dropped', true, (it) => {
    for (const name of ['Host', 'Sec-Fetch-Mode', 'Proxy-X', 'Content-Length']) it.setRequestHeader(name, '1');
  }),
  sent('Authorization goes to native', false, (it) => it.setRequestHeader('Authorization', 'Basic x')),
  sent('Range goes to native', false, (it) => it.setRequestHeader('Range', 'bytes=0-1')),
  sent('a conditional request goes to native', false, (it) => it.setRequestHeader('If-None-Match', '"x"')),
  sent('a request for a fresh copy goes to native', false, (it) => it.setRequestHeader('Cache-Control', 'no-store')),
  sent('a header with a token goes to native', false, (it) => it.setRequestHeader('X-Api-Token', 'x')),
  {
    name: 'setRequestHeader in each state', clause: SET, p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      const thrown = [];
      const attempt = () => thrown.push(xhr.readyState, t.thrown(() => xhr.setRequestHeader('a', 'b')));
      attempt();
      for (const type of ['readystatechange', 'loadstart', 'load']) xhr.addEventListener(type, attempt);
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      return thrown;
    },
  },
  {
    name: 'setRequestHeader refuses what is no header', clause: SET,
    run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', t.r());
      return [['', 'x'], ['a b', 'x'], ['a', 'x\ny'], ['a', 'x\0y'], ['a', '\u20ac'], ['\u20ac', 'x'], ['a'], [], ['a', null], ['a', undefined], ['a:', 'x']]
        .map((args) => t.thrown(() => xhr.setRequestHeader(...args)));
    },
  },
  {
    name: 'open() forgets the request headers', clause: '#the-open()-method', p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      xhr.open('GET', t.r('echo'));
      xhr.setRequestHeader('X-Old', '1');
      xhr.open('GET', t.r('echo'));
      xhr.send();
      await t.ended(xhr);
      return ambientFree(JSON.parse(xhr.responseText).headers);
    },
  },
  {
    name: 'response headers are combined, sorted and in lower case', clause: ALL, p2p: true,
    async run(t) {
      const xhr = await t.get('body=x&h=X-B:2&h=x-b:3&h=X-A_:u&h=X-AB:v&h=X-Empty:&h=X-A:%20%201%20%20');
      return xhr.getAllResponseHeaders().split('\r\n').filter((line) => /^x-/.test(line) || line === '');
    },
  },
  {
    name: 'Set-Cookie is filtered', clause: ALL, p2p: true,
    async run(t) {
      const xhr = await t.get('body=x&h=Set-Cookie:a=b;Path=/none');
      return [xhr.getResponseHeader('Set-Cookie'), /cookie/.test(xhr.getAllResponseHeaders())];
    },
  },
  {
    name: 'getResponseHeader by any case, of none, of no name', clause: GET, p2p: true,
    async run(t) {
      const xhr = await t.get('body=x&h=X-A:1&h=X-A:2&h=X-Empty:');
      return [xhr.getResponseHeader('x-a'), xhr.getResponseHeader('X-A'), xhr.getResponseHeader('nope'),
        xhr.getResponseHeader(''), xhr.getResponseHeader('a b'), xhr.getResponseHeader('X-Empty'), t.thrown(() => xhr.getResponseHeader()),
        t.thrown(() => xhr.getResponseHeader('\u20ac')), xhr.getResponseHeader('content-length'), xhr.getResponseHeader({toString: () => 'X-A'})];
    },
  },
  {
    name: 'with a content coding the length is unknown', clause: '#event-xhr-progress', p2p: true,
    differs: {firefox: 'tells of compressed bytes'},
    run: async (t) => void await t.get('hex=1f8b0800000000000003cb48cdc9c95748cf4f4f0500&h=Content-Encoding:gzip&type=application/octet-stream', {set(it) { it.responseType = 'arraybuffer'; }}),
    expected: null,
  },
  {
    name: 'header values of other bytes than ASCII', clause: GET, p2p: true,
    async run(t) {
      const xhr = await t.get('body=x&h=X-Latin:%C3%A4%20%C3%9F&h=X-Comma:a,,b&h=X-Quoted:"a,%20b"');
      return ['X-Latin', 'X-Comma', 'X-Quoted'].map((name) => xhr.getResponseHeader(name));
    },
  },
  {
    name: 'headers after abort() in DONE', clause: ALL, p2p: true,
    differs: {firefox: 'still has them'}, expectedResult: [true, '', null],
    async run(t) {
      const xhr = await t.get('body=x&h=X-A:1');
      const before = xhr.getAllResponseHeaders();
      xhr.abort();
      return [/^x-a: 1\r$/m.test(before), xhr.getAllResponseHeaders(), xhr.getResponseHeader('X-A')];
    },
  },
];
