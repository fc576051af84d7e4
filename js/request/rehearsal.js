/**
 * What a page's first request would spend its first two milliseconds on: the
 * browser readies `fetch`, and compiles our code, when they are first used. So
 * they are used once before, when the page has nothing else to do.
 *
 * The request of the rehearsal is aborted before it begins: no server, service
 * worker or policy ever hears of it.
 *
 * @module
 */
import {EarlyFetch} from '../net/early_fetch.js';
import {urlForP2P} from './eligible.js';
import {NOTHING, progressEvent} from './events.js';

function rehearse() {
  const aborted = new AbortController();
  aborted.abort();
  const url = location.href;
  void new EarlyFetch(url, [], aborted);
  progressEvent('loadstart', NOTHING, 0);
  urlForP2P({method: 'GET', url, base: url, async: true, credentials: false, headers: [], shares: false},
    {body: null, responseType: '', withCredentials: false});
}

/** Call once, in a page. */
export function rehearseWhenIdle() {
  // Safari has no idle callbacks.
  (globalThis.requestIdleCallback ?? setTimeout)(rehearse);
}
