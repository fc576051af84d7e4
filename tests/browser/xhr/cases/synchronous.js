/** Synchronous requests, which are native's. */

const OPEN = '#the-open()-method';
const SEND = '#the-send()-method';

export const synchronous = [
  {
    name: 'events of a synchronous request', clause: SEND,
    run(t) {
      const xhr = t.request();
      xhr.open('GET', t.r('body=hello'), false);
      xhr.send();
      return [xhr.readyState, xhr.status, xhr.responseText, xhr.getResponseHeader('content-length')];
    },
  },
  {
    name: 'a synchronous request that fails throws', clause: SEND,
    run(t) {
      const xhr = t.request();
      xhr.open('GET', 'http://127.0.0.1:1/', false);
      return [t.thrown(() => xhr.send()), xhr.readyState, xhr.status, xhr.responseText];
    },
  },
  {
    name: 'what a synchronous request forbids', clause: OPEN,
    run(t) {
      const xhr = new t.XHR();
      const seen = [];
      xhr.timeout = 1;
      seen.push(t.thrown(() => xhr.open('GET', t.r('body=x'), false)));
      xhr.timeout = 0;
      xhr.responseType = 'json';
      seen.push(t.thrown(() => xhr.open('GET', t.r('body=x'), false)));
      xhr.responseType = '';
      xhr.open('GET', t.r('body=x'), false);
      seen.push(t.thrown(() => { xhr.timeout = 1; }), t.thrown(() => { xhr.responseType = 'text'; }));
      xhr.send();
      return [...seen, xhr.responseText];
    },
  },
  {
    name: 'a synchronous upload', clause: SEND,
    run(t) {
      const xhr = t.upload();
      xhr.open('POST', t.r('body=taken'), false);
      xhr.send('text');
      return [xhr.responseText, xhr.status];
    },
  },
];
