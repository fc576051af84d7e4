/** open(), send() and abort() called from handlers, and abort() anywhere else. */

const ABORT = '#the-abort()-method';
const OPEN = '#the-open()-method';
const END = '#handle-response-end-of-body';
const STOPS_AT_DONE = {chromium: 'fires no load once a handler of DONE has left that state'};

/** Calls `action` once, when `what` is seen. */
function once(what, action) {
  let done = false;
  return (xhr, event, seen) => {
    if (done || seen !== what) return;
    done = true;
    action(xhr);
  };
}

const state = (xhr) => [xhr.readyState, xhr.status, xhr.statusText, xhr.responseURL, xhr.response, xhr.getAllResponseHeaders()];

const abortAt = (what) => async (t) => {
  const xhr = await t.get('body=hello', {hook: once(what, (it) => { it.abort(); t.note('aborted', it.readyState); })});
  return state(xhr);
};

const openAt = (what, {query = 'body=hello', send = false} = {}) => async (t) => {
  const xhr = await t.get(query, {
    hook: once(what, (it) => {
      it.open('GET', t.r('body=second'));
      t.note('opened', it.readyState, it.status, it.responseText);
      if (send) it.send();
    }),
  });
  if (send) await t.sleep(250);
  return [xhr.readyState, xhr.responseText];
};

export const reentrancy = [
  {name: 'abort() in loadstart', clause: ABORT, run: abortAt('loadstart')},
  {name: 'abort() in HEADERS_RECEIVED', clause: ABORT, p2p: true, run: abortAt(2)},
  {
    name: 'abort() in LOADING', clause: ABORT, p2p: true, run: abortAt(3),
    differs: {firefox: 'its last progress event keeps the old total'},
    expected: [1, 'loadstart(0,0)', 2, 3, 4, 'abort(0,0)', 'loadend(0,0)', 'aborted', 0, 'progress(0,0)'],
  },
  {name: 'abort() in progress', clause: ABORT, p2p: true, run: abortAt('progress')},
  {
    name: 'abort() in DONE', clause: END, p2p: true, run: abortAt(4), differs: STOPS_AT_DONE,
    expected: [1, 'loadstart(0,0)', 2, 3, 'progress(5,5)', 4, 'aborted', 0, 'load(5,5)', 'loadend(5,5)'],
  },
  {
    name: 'abort() in load', clause: END, p2p: true, run: abortAt('load'),
    differs: {chromium: 'its loadend then tells of 0 bytes'},
    expected: [1, 'loadstart(0,0)', 2, 3, 'progress(5,5)', 4, 'load(5,5)', 'aborted', 0, 'loadend(5,5)'],
  },
  {name: 'abort() in loadend', clause: ABORT, p2p: true, run: abortAt('loadend')},
  {
    name: 'abort() in the DONE of an abort', clause: ABORT, p2p: true,
    async run(t) {
      const xhr = await t.get('body=hello', {
        hook(it, event, what) {
          if (what === 2) it.abort();
          if (what === 4) { it.abort(); t.note(it.readyState); }
        },
      });
      return state(xhr);
    },
  },
  {
    name: 'abort() before open(), after open(), and twice', clause: ABORT,
    run(t) {
      const xhr = t.request();
      xhr.abort();
      t.note(xhr.readyState);
      xhr.open('GET', t.r());
      xhr.abort();
      t.note(xhr.readyState);
      xhr.abort();
      return state(xhr);
    },
  },
  {
    name: 'abort() right after send()', clause: ABORT, p2p: 'maybe',
    async run(t) {
      const xhr = t.request();
      xhr.open('GET', t.r('body=hello'));
      xhr.send();
      xhr.abort();
      const after = [state(xhr), t.thrown(() => xhr.send()), t.thrown(() => xhr.setRequestHeader('a', 'b'))];
      await t.sleep(200);
      return after;
    },
  },
  {
    name: 'window.stop() ends it as abort() does', clause: '#handle-errors', p2p: true, times: 2,
    differs: {firefox: 'is UNSENT then'},
    expected: [1, 'loadstart(0,0)', 'stopped', 4, 'abort(0,0)', 'loadend(0,0)', 1, 'loadstart(0,0)', 4, 'abort(0,0)', 'loadend(0,0)'],
    expectedResult: [[4, 0, '', '', '', ''], [4, 0, '', '', '', ''], 'stop', 0],
    async run(t) {
      const before = t.request();
      before.open('GET', t.r('wait=3000&body=x'));
      before.send();
      await t.sleep(300);
      window.stop();
      t.note('stopped');
      await t.sleep(300);
      const within = t.request();
      within.open('GET', t.r('type=application/octet-stream&size=200000&pieces=2&gap=3000'));
      within.send();
      await t.sleep(300);
      window.stop();
      await t.sleep(300);
      t.note(...t.log.splice(0).filter((note) => !/^(2|3|progress.*)$/.test(note)));
      return [state(before), state(within), stop.name, stop.length];
    },
  },
  {
    name: 'abort() in DONE resets without an event', clause: ABORT, p2p: true,
    async run(t) {
      const xhr = await t.get('body=hello');
      xhr.abort();
      return state(xhr);
    },
  },
  {
    name: 'a request can be opened and sent again after abort()', clause: ABORT, p2p: true, times: 2,
    async run(t) {
      const xhr = await t.get('body=first', {hook: once(2, (it) => it.abort())});
      xhr.open('GET', t.r('body=second'));
      xhr.send();
      await t.ended(xhr);
      return state(xhr).slice(0, 4).concat(xhr.responseText);
    },
  },
  {
    name: 'open() in HEADERS_RECEIVED ends the first request', clause: OPEN, p2p: true, run: openAt(2),
    differs: {chromium: 'goes on with bytes of the first response'},
    expected: [1, 'loadstart(0,0)', 2, 1, 'opened', 1, 0, ''],
    expectedResult: [1, ''],
  },
  {
    name: 'open() in LOADING ends the first request', clause: OPEN, p2p: true, run: openAt(3),
    differs: {firefox: 'its last progress event keeps the old total'},
    expected: [1, 'loadstart(0,0)', 2, 3, 1, 'opened', 1, 0, '', 'progress(0,0)'],
  },
  {
    name: 'open() in DONE', clause: END, p2p: true, run: openAt(4),
    differs: {...STOPS_AT_DONE, firefox: 'its load event then tells of 0 bytes'},
    expected: [1, 'loadstart(0,0)', 2, 3, 'progress(5,5)', 4, 1, 'opened', 1, 0, '', 'load(5,5)', 'loadend(5,5)'],
    expectedResult: [1, ''],
  },
  {
    name: 'open() and send() in loadstart', clause: '#the-send()-method', p2p: true,
    run: openAt('loadstart', {send: true}),
  },
  {
    name: 'open() and send() in progress', clause: OPEN, p2p: true, times: 2, pieces: true,
    run: openAt('progress', {send: true, query: 'type=application/octet-stream&size=3000&pieces=4&gap=120'}),
  },
  {
    name: 'open() and send() in load', clause: END, p2p: true, times: 2, run: openAt('load', {send: true}),
    differs: {chromium: 'the first loadend then tells of 0 bytes'},
    expected: [1, 'loadstart(0,0)', 2, 3, 'progress(5,5)', 4, 'load(5,5)', 1, 'opened', 1, 0, '', 'loadstart(0,0)',
      'loadend(5,5)', 2, 3, 'progress(6,6)', 4, 'load(6,6)', 'loadend(6,6)'],
  },
  {
    name: 'open() and send() in the abort event', clause: '#request-error-steps', p2p: true, times: 2,
    differs: {chromium: 'mixes bytes of both responses'},
    expected: [1, 'loadstart(0,0)', 2, 4, 'abort(0,0)', 1, 'loadstart(0,0)', 1, 'loadend(0,0)', 2, 3,
      'progress(6,6)', 4, 'load(6,6)', 'loadend(6,6)'],
    async run(t) {
      let second = false;
      await t.get('body=hello', {
        hook(it, event, what) {
          if (what === 2 && !second) it.abort();
          if (what !== 'abort') return;
          second = true;
          it.open('GET', t.r('body=second'));
          it.send();
          t.note(it.readyState);
        },
      });
      await t.sleep(250);
    },
  },
  {
    name: 'open() with a bad URL leaves the request in flight alone', clause: OPEN, p2p: true,
    run: async (t) => {
      const xhr = await t.get('body=hello', {
        hook: once(2, (it) => t.note(t.thrown(() => it.open('GET', 'http://[')), it.readyState)),
      });
      return state(xhr).slice(0, 3);
    },
  },
  {
    name: 'open() on a finished request resets it', clause: OPEN, p2p: true,
    async run(t) {
      const xhr = await t.get('body=hello');
      xhr.open('GET', t.r('body=second'));
      const after = state(xhr);
      xhr.open('GET', t.r('body=third'));
      return after;
    },
  },
  {
    name: 'send() twice', clause: '#the-send()-method', p2p: true,
    async run(t) {
      const again = [];
      const xhr = await t.get('body=hello', {
        hook(it, event, what) { if (what !== 1) again.push(what, t.thrown(() => it.send())); },
      });
      return [...again, t.thrown(() => xhr.send())];
    },
  },
  {
    name: 'send() in the readystatechange of open()', clause: OPEN, p2p: true,
    async run(t) {
      const xhr = t.request((it, event, what) => { if (what === 1) it.send(); });
      xhr.open('GET', t.r('body=hello'));
      t.note(t.thrown(() => xhr.send()));
      await t.ended(xhr);
      return xhr.responseText;
    },
  },
];
