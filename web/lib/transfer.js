/**
 * One download at a time, through stops and resumes:
 *
 * ```
 *             start()              load
 *    idle ───────────► running ───────────► done
 *     ▲                 │  ▲  │
 *     │           stop()│  │  │ error, or a status other than 200
 *     │                 ▼  │resume()
 *     │              stopped  └──────────► failed
 *     └── leave(), from anywhere; start() begins anew from anywhere but running
 * ```
 *
 * A request that is over is still heard: it tells of peers that are served.
 */
import {watch} from './figures.js';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;

/** @typedef {{loaded: number, loadedHTTP: number, loadedP2P: number, loadedFS: number, total: number}} Progress */
/** @typedef {'aggressive' | 'server-friendly' | 'p2p-friendly' | 'p2p' | 'http'} Mode */

/** @type {Progress} */
const NOTHING = {loaded: 0, loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: 0};

/** @param {Mode} mode */
const optionsOf = mode =>
  mode === 'p2p' || mode === 'http' ? {downloadMode: mode} : {strategy: mode};

export class Transfer {
  /** @type {'idle' | 'running' | 'stopped' | 'failed' | 'done'} */
  state = 'idle';
  /** @type {Mode} */
  mode = 'aggressive';
  url = '';
  progress = NOTHING;
  peers = 0;
  uploaded = 0;
  /** What is wrong, in words, and the request's status. */
  problem = '';
  status = 0;
  /** What was downloaded: an object URL, or whatever else was asked for. @type {any} */
  result = '';
  /** What the swarm knows of the file; null: peers could not be asked. @type {any} */
  info = null;
  /** @type {any} */
  #request = null;
  #changed;
  #responseType;

  /**
   * @param {() => void} changed called after each change of any of the above
   * @param {'blobUrl' | 'blob'} [responseType]
   */
  constructor(changed, responseType = 'blobUrl') {
    this.#changed = changed;
    this.#responseType = responseType;
  }

  /** @param {string} url absolute, or a swarm id @param {Mode} mode */
  start(url, mode) {
    if (this.#responseType === 'blobUrl') URL.revokeObjectURL(this.result);
    Object.assign(this, {url, mode, result: '', progress: NOTHING, peers: 0, uploaded: 0});
    this.resume();
  }

  /** By a request for the same URL, which goes on from what is here. */
  resume() {
    const request = this.#request = watch(new peer5.Request(optionsOf(this.mode)));
    const mine = (/** @type {(event: any) => void} */ handle) => (/** @type {any} */ event) => {
      if (request !== this.#request) return;
      handle(event);
      this.#changed();
    };
    request.onprogress = mine(event => this.#progressed(event));
    request.onswarmstatechange = mine(({numOfPeers, uploaded}) => {
      Object.assign(this, {peers: numOfPeers, uploaded});
    });
    request.onload = mine(event => this.#loaded(event));
    request.onerror = mine(({error}) => this.#failed(error.message, request.status));
    request.open('GET', this.url);
    request.responseType = this.#responseType;
    Object.assign(this, {state: 'running', problem: '', status: 0, info: null});
    request.send();
    this.#changed();
  }

  stop() {
    this.state = 'stopped';
    this.#request.abort();
    this.#changed();
  }

  leave() {
    const request = this.#request;
    this.#request = null;
    this.state = 'idle';
    this.peers = 0;
    request.abort({leaveSwarm: true});
    this.#changed();
  }

  /** @param {any} event */
  #progressed({loaded, loadedHTTP, loadedP2P, loadedFS, total}) {
    this.progress = {loaded, loadedHTTP, loadedP2P, loadedFS, total};
    this.info = this.#request.getFileInfo();
  }

  /** @param {any} event */
  #loaded(event) {
    const {status, statusText, response} = this.#request;
    if (status !== 200) return this.#failed(`The server answered ${status} ${statusText}`.trim() + '.', status);
    this.#progressed(event);
    this.result = response;
    this.state = 'done';
  }

  /** @param {string} problem @param {number} status */
  #failed(problem, status) {
    this.problem = problem;
    this.status = status;
    this.state = 'failed';
  }
}
