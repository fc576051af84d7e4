/** `timeout`, set before, in flight and after. */

const TIMEOUT = '#the-timeout-attribute';

export const timeouts = [
  {
    name: 'timeout before the head', clause: TIMEOUT, p2p: true,
    differs: {firefox: 'keeps responseURL'}, expectedResult: [4, 0, '', '', 100],
    expected: [1, 'loadstart(0,0)', 4, 'timeout(0,0)', 'loadend(0,0)'],
    async run(t) {
      const xhr = await t.get('wait=800&body=x', {set: (it) => { it.timeout = 100; }});
      return [xhr.readyState, xhr.status, xhr.responseURL, xhr.response, xhr.timeout];
    },
  },
  {
    name: 'timeout in the body', clause: TIMEOUT, p2p: true, pieces: true,
    async run(t) {
      const xhr = await t.get('type=application/octet-stream&size=3000&pieces=3&gap=1500',
        {set: (it) => { it.timeout = 700; }});
      return [xhr.status, xhr.getAllResponseHeaders()];
    },
  },
  {
    name: 'timeout set in flight counts from send()', clause: TIMEOUT, p2p: true,
    async run(t) {
      let sent = 0;
      let took = 0;
      await t.get('wait=900&body=x', {
        set(it) { sent = performance.now(); setTimeout(() => { it.timeout = 300; }, 200); },
        hook(it, event) { if (event.type === 'timeout') took = performance.now() - sent; },
      });
      return took > 250 && took < 480;
    },
  },
  {
    name: 'timeout taken back in flight', clause: TIMEOUT, p2p: true,
    run: async (t) => void await t.get('wait=400&body=x', {
      set(it) { it.timeout = 200; setTimeout(() => { it.timeout = 0; }, 50); },
    }),
  },
  {
    name: 'timeout set before open() holds', clause: TIMEOUT, p2p: true,
    run: async (t) => void await t.get('wait=500&body=x', {before: (it) => { it.timeout = 100; }}),
  },
  {
    name: 'no timeout after the end', clause: TIMEOUT, p2p: true,
    async run(t) {
      const xhr = await t.get('body=x', {set: (it) => { it.timeout = 250; }});
      await new Promise((resolve) => setTimeout(resolve, 300));
      return xhr.readyState;
    },
  },
  {
    name: 'no timeout though the page was too busy to take the answer', clause: TIMEOUT, p2p: true, pieces: true,
    async run(t) {
      const xhr = await t.get('wait=50&body=x', {
        set(it) {
          it.timeout = 300;
          setTimeout(() => { for (const until = performance.now() + 700; performance.now() < until;); }, 10);
        },
      });
      return xhr.status;
    },
  },
  {
    name: 'open() in the DONE of a timeout', clause: '#request-error-steps', p2p: true,
    run: async (t) => void await t.get('wait=500&body=x', {
      set: (it) => { it.timeout = 100; },
      hook(it, event, what) { if (what === 4) { it.open('GET', t.r('')); t.note(it.readyState); } },
    }),
  },
  {
    name: 'timeout is converted as an unsigned long', clause: TIMEOUT,
    run(t) {
      const xhr = new t.XHR();
      return ['7', 3.9, -1, null, undefined, NaN, {valueOf: () => 5}].map((value) => {
        xhr.timeout = value;
        return xhr.timeout;
      });
    },
  },
];
