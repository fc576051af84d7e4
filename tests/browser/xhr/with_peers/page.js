/** Runs in the page: one case with one class, on a file of the origin. */
import {Context, settle} from '../runner.js';
import {cases} from './cases.js';

/** SHA-256, in hex. */
async function digestOf(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a case is given here: the files, and no limit to its patience but the test's. */
class ContextWithPeers extends Context {
  constructor(XHR, urls) {
    super(XHR);
    /** @type {Record<string, string>} by name */
    this.urls = urls;
  }

  digestOf = digestOf;

  /** With our class, once peers have brought some of it. */
  isInPlay() {
    return this.XHR === NativeXMLHttpRequest || this.loadedP2P > 0;
  }

  /** Sends a GET. */
  start(url, {hook, set, before} = {}) {
    const xhr = this.request(hook);
    before?.(xhr);
    xhr.open('GET', url);
    set?.(xhr);
    xhr.send();
    return xhr;
  }

  /** The same, to its end. */
  async fetched(url, how) {
    const xhr = this.start(url, how);
    await this.ended(xhr);
    return xhr;
  }

  async ended(xhr) {
    await new Promise((resolve) => { xhr.addEventListener('loadend', resolve); });
    await this.sleep(100);
  }
}

/**
 * @param {string} name of the case
 * @param {{native: boolean, urls: Record<string, string>}} how
 */
globalThis.run = async (name, {native, urls}) => {
  const context = new ContextWithPeers(native ? NativeXMLHttpRequest : XMLHttpRequest, urls);
  const one = cases.find((other) => other.name === name);
  const result = await one.run(context).catch((error) => `threw ${error.name}: ${error.message}`);
  const log = settle(context.log).map((note) => (one.slow ? `${note}`.replace(/^progress.*/, 'progress') : note));
  return JSON.parse(JSON.stringify({log, result: result ?? null, loadedP2P: context.loadedP2P}));
};
globalThis.digestOf = digestOf;
globalThis.ready = true;
