/** Which events fire, in which order, with what they carry. */

const SEND = '#the-send()-method';
const END = '#handle-response-end-of-body';
const NO_FINAL_PROGRESS = {chromium: 'leaves the progress event of an empty body out'};

export const events = [
  {
    name: 'events of a small response',
    clause: SEND, p2p: true,
    run: async (t) => void await t.get('body=hello'),
  },
  {
    name: 'events of an empty response',
    clause: END, p2p: true, differs: NO_FINAL_PROGRESS,
    run: async (t) => void await t.get('body='),
    expected: [1, 'loadstart(0,0)', 2, 'progress(0,0)', 4, 'load(0,0)', 'loadend(0,0)'],
  },
  {
    name: 'events of a 204',
    clause: END, p2p: true, differs: NO_FINAL_PROGRESS,
    run: async (t) => void await t.get('status=204'),
    expected: [1, 'loadstart(0,0)', 2, 'progress(0,0)', 4, 'load(0,0)', 'loadend(0,0)'],
  },
  {
    name: 'events of a response of unknown length',
    clause: SEND, p2p: true,
    run: async (t) => void await t.get('body=hello&nolength'),
  },
  {
    name: 'events of a response in pieces',
    clause: '#event-xhr-progress', p2p: true, pieces: true,
    run: async (t) => void await t.get('type=application/octet-stream&size=3000&pieces=4&gap=120'),
  },
  {
    name: 'loaded grows, and total stays',
    clause: '#interface-progressevent', p2p: true,
    async run(t) {
      const seen = [];
      await t.get('type=application/octet-stream&size=2000000&pieces=6&gap=70', {
        hook(xhr, event) { if (event.type === 'progress') seen.push([event.loaded, event.total, event.lengthComputable]); },
      });
      t.log.length = 0;
      return {
        grows: seen.every(([loaded], i) => i === 0 || loaded > seen[i - 1][0]),
        several: seen.length > 2,
        totals: [...new Set(seen.map(([, total]) => total))],
        computable: seen.every(([, , computable]) => computable),
        last: seen.at(-1)[0],
      };
    },
  },
  {
    name: 'progress comes no more than every 50 ms',
    clause: SEND, p2p: true,
    async run(t) {
      const at = [];
      await t.get('type=application/octet-stream&size=40000&pieces=40&gap=10', {
        hook(xhr, event, what) { if (what === 3) at.push(performance.now()); },
      });
      t.log.length = 0;
      const gaps = at.slice(1).map((time, i) => time - at[i]);
      return {some: at.length > 2, far: gaps.every((gap) => gap >= 40)};
    },
  },
  {
    name: 'events of a 404 are those of a response',
    clause: SEND, p2p: true,
    async run(t) {
      const xhr = await t.get('status=404&body=nope');
      return [xhr.status, xhr.statusText, xhr.responseText];
    },
  },
  {
    name: 'events of a response cut short after its first bytes',
    clause: '#handle-errors', p2p: true, pieces: true,
    differs: {firefox: 'keeps responseURL'}, expectedResult: [4, 0, '', '', '', ''],
    async run(t) {
      const xhr = await t.get('type=application/octet-stream&size=200000&cut=100000&pieces=2&gap=300');
      return [xhr.readyState, xhr.status, xhr.statusText, xhr.responseText, xhr.responseURL, xhr.getAllResponseHeaders()];
    },
  },
  {
    name: 'events of a refused connection',
    clause: '#handle-errors', p2p: true,
    async run(t) {
      const xhr = t.request();
      xhr.open('GET', 'http://127.0.0.1:1/');
      xhr.send();
      await t.ended(xhr);
      return [xhr.readyState, xhr.status, xhr.getAllResponseHeaders(), xhr.response];
    },
  },
  {
    // https://html.spec.whatwg.org/#clean-up-after-running-script: microtasks run between two of them.
    name: 'who awaits an event hears of the next one', clause: END, p2p: true, times: 2,
    async run(t) {
      const heard = [];
      for (const [url, seen, next] of [[t.r('body=hello'), 'load', 'loadend'], ['http://127.0.0.1:1/', 'error', 'loadend']]) {
        const xhr = new t.XHR();
        xhr.open('GET', url);
        xhr.send();
        for (const state of [4, seen]) {
          await new Promise((resolve) => {
            xhr.onreadystatechange = () => { if (xhr.readyState === state) resolve(); };
            xhr[`on${seen}`] = () => resolve();
          });
          heard.push(state);
        }
        await new Promise((resolve) => { xhr[`on${next}`] = () => resolve(heard.push(next)); setTimeout(resolve, 300); });
      }
      return heard;
    },
  },
  {
    name: 'promises that a handler settles are through before the next event', clause: SEND, p2p: true,
    run: async (t) => void await t.get('body=hello', {
      hook(it, event, what) {
        if (what !== 1 && what !== 'loadstart') Promise.resolve().then(() => {}).then(() => t.note(`after ${what}`));
      },
    }),
  },
  {
    name: 'a progress event is a ProgressEvent that does not bubble',
    clause: '#interface-progressevent', p2p: true,
    async run(t) {
      const shapes = [];
      await t.get('body=hello', {
        hook(xhr, event) {
          shapes.push([event.type, event.constructor.name, String(event), event.bubbles, event.cancelable,
            event.composed, event.target === xhr, event.currentTarget === xhr, event.eventPhase,
            event.defaultPrevented, event.lengthComputable ?? null]);
        },
      });
      return shapes;
    },
  },
  {
    name: 'handlers and listeners run in the order in which they were added',
    clause: '#event-handlers', p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      xhr.addEventListener('load', () => t.note('first'));
      xhr.onload = () => t.note('handler');
      xhr.addEventListener('load', () => t.note('last'));
      xhr.addEventListener('load', () => t.note('capture'), true);
      xhr.onload = function(event) { t.note('replaced', this === xhr, event.type); };
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
    },
  },
  {
    name: 'a listener added or removed in mid-dispatch',
    clause: '#event-handlers', p2p: true,
    async run(t) {
      const xhr = new t.XHR();
      const removed = () => t.note('removed');
      xhr.addEventListener('load', () => {
        xhr.removeEventListener('load', removed);
        xhr.addEventListener('load', () => t.note('added'));
        t.note('load');
      }, {once: true});
      xhr.addEventListener('load', removed);
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
    },
  },
  {
    name: 'stopImmediatePropagation and a listener that throws',
    clause: '#event-handlers', p2p: true,
    async run(t) {
      const reported = [];
      const onerror = (event) => { reported.push(event.message); event.preventDefault(); };
      addEventListener('error', onerror);
      const xhr = new t.XHR();
      xhr.addEventListener('progress', () => { throw new Error('of the listener'); });
      xhr.addEventListener('load', (event) => event.stopImmediatePropagation());
      xhr.addEventListener('load', () => t.note('not reached'));
      xhr.addEventListener('loadend', () => t.note('loadend'));
      xhr.open('GET', t.r('body=x'));
      xhr.send();
      await t.ended(xhr);
      removeEventListener('error', onerror);
      return reported.map((text) => /of the listener/.test(text));
    },
  },
  {
    name: 'a page may dispatch its own events on a request',
    clause: '#interface-xmlhttprequest',
    async run(t) {
      const xhr = t.request();
      xhr.dispatchEvent(new ProgressEvent('load', {loaded: 3, total: 4}));
      return xhr.readyState;
    },
  },
];
