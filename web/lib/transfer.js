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
  /** What is wrong, in words. */
  problem = '';
  /** Object URL of what was downloaded. */
  result = '';
  /** The swarm knows the file: peers could be asked. */
  inSwarm = false;
  /** @type {any} */
  #request = null;
  #changed;

  /** @param {() => void} changed called after each change of any of the above */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {string} url absolute @param {Mode} mode */
  start(url, mode) {
    URL.revokeObjectURL(this.result);
    Object.assign(this, {url, mode, result: '', progress: NOTHING, peers: 0, uploaded: 0});
    this.resume();
  }

  /** By a request for the same URL, which goes on from what is here. */
  resume() {
    const request = this.#request = new peer5.Request(optionsOf(this.mode));
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
    request.onerror = mine(({error}) => this.#failed(error.message));
    request.open('GET', this.url);
    request.responseType = 'blobUrl';
    Object.assign(this, {state: 'running', problem: '', inSwarm: false});
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
    this.inSwarm = this.#request.getFileInfo() !== null;
  }

  /** @param {any} event */
  #loaded(event) {
    const {status, statusText, response} = this.#request;
    if (status !== 200) return this.#failed(`The server answered ${status} ${statusText}`.trim() + '.');
    this.#progressed(event);
    this.result = response;
    this.state = 'done';
  }

  /** @param {string} problem */
  #failed(problem) {
    this.problem = problem;
    this.state = 'failed';
  }
}
