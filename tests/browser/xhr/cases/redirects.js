/** Where a response comes from in the end. https://fetch.spec.whatwg.org/#http-redirect-fetch */

import {other, path} from './urls.js';

const SEND = '#the-send()-method';

/** @param {string} name @param {() => string} query @param {{set?: (xhr: XMLHttpRequest) => void, differs?: Record<string, string>}} [more] */
function redirected(name, query, {set, ...more} = {}) {
  return {
    name, clause: SEND, p2p: true, ...more,
    async run(t) {
      const xhr = await t.get(query(), {set});
      return [xhr.status, xhr.responseText, path(xhr.responseURL), xhr.getAllResponseHeaders().includes('location:')];
    },
  };
}

/** What the standard says of a redirect that can't be followed. */
const FAILS = {
  expected: [1, 'loadstart(0,0)', 4, 'error(0,0)', 'loadend(0,0)'],
  expectedResult: [0, '', '', false],
};

const to = (url) => encodeURIComponent(url);

export const redirects = [
  ...[301, 303, 307, 308].map((status) => redirected(`a ${status}`, () => `status=${status}&to=/r?body=there`)),
  redirected('two redirects in a row', () => `status=302&to=${to(`/r?status=307&to=${to('/r?body=there')}`)}`),
  redirected('a redirect without an address', () => 'status=302&body=nowhere'),
  redirected('a redirect to another scheme', () => `status=302&to=${to('mailto:somebody@example.org')}`,
    {differs: {firefox: 'tells of progress before the error'}, ...FAILS}),
  redirected('a redirect to data:', () => `status=302&to=${to('data:text/plain,x')}`,
    {differs: {firefox: 'keeps responseURL'}, ...FAILS}),
  redirected('a redirect to another origin', () => `status=302&to=${to(`${other()}/r?body=there`)}`),
  redirected('a redirect to another origin with CORS', () => `status=302&to=${to(`${other()}/r?body=there&cors`)}`),
  redirected('a redirect to another origin with a header of the author',
    () => `status=302&to=${to(`${other()}/r?body=there&cors`)}`, {set: (it) => it.setRequestHeader('X-Mine', '1')}),
  redirected('a fragment of its own', () => `status=302&to=${to('/r?body=there#theirs')}#mine`),
  redirected('a fragment without a redirect', () => 'body=here#mine'),
];
