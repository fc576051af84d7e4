/**
 * The plain GET of a download, sent before there is an engine to ask for it:
 * so that the first byte comes no later than without us. Whoever carries the
 * download out takes it over, once.
 *
 * @module
 */
import {nativeFetch} from './native_fetch.js';

export class EarlyFetch {
  /** @param {string} url @param {[string, string][]} headers */
  constructor(url, headers) {
    this.controller = new AbortController();
    /** @type {Promise<Response> | null} null once it is taken */
    this.response = nativeFetch(url, plainInit(headers, this.controller.signal));
    this.response.catch(() => {});  // whoever takes it hears of it
  }

  /** @returns {{response: Promise<Response>, controller: AbortController} | null} */
  take() {
    const {response, controller} = this;
    this.response = null;
    return response && {response, controller};
  }

  /** Nobody is going to take it. */
  cancel() {
    if (this.take()) this.controller.abort();
  }
}

/**
 * The GET that XMLHttpRequest would make.
 *
 * @param {[string, string][]} headers the author's
 * @param {AbortSignal} signal
 * @returns {RequestInit}
 */
export function plainInit(headers, signal) {
  return {headers, signal, mode: 'cors', credentials: 'same-origin', redirect: 'follow'};
}
