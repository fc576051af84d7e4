/**
 * One request that the engine serves: its state, its events, its response.
 *
 * ```
 *            send()                head               first bytes
 *   (Request) ───► OPENED ──────────────► HEADERS ──────────────► LOADING
 *                    │                  RECEIVED                     │
 *                    │ abort, timeout,      │                        │ whole, and
 *                    │ failure              │                        │ its bytes read
 *                    ▼                      ▼                        ▼
 *                  DONE ◄───────────────────┴───────────────────── DONE
 *               (network error)                                  (response)
 *                    └─────────────► UNSENT ◄────────────────────────┘
 *                       abort() returns        abort() in DONE
 * ```
 *
 * open() drops the exchange whatever its state: a dropped or finished exchange
 * takes no more input (`#over`). "restart" from the engine changes the
 * transfer, not the state: what was shown stays shown, nothing is fired twice.
 *
 * Steps and their order are those of https://xhr.spec.whatwg.org/; where the
 * two browsers agree on something else (one progress event for a body that
 * came in one piece), theirs.
 *
 * @module
 */
import {NOTHING, SwarmStateEvent, progressEvent, sumOf} from './events.js';
import {bodyLength, headerValue} from './headers.js';
import {finalType} from './mime.js';
import {plainDownload} from './plain.js';
import {documentResponse, readBody, responseObject} from './response.js';
import {RequestError} from './status.js';
import {GrowingText} from './text.js';

/** @typedef {import('../engine/types.js').Download} Download */
/** @typedef {import('../engine/types.js').DownloadSink} DownloadSink */
/** @typedef {import('../engine/types.js').ResponseHead} ResponseHead */
/** @typedef {import('../engine/types.js').Progress} Progress */
/** @typedef {import('../engine/types.js').Failure} Failure */
/** @typedef {import('./response.js').ResponseType} ResponseType */

/**
 * What an exchange asks of its request.
 *
 * @typedef {object} Owner
 * @property {(event: Event) => void} fire
 * @property {() => number} timeout ms, 0: none
 * @property {() => ResponseType} responseType
 * @property {() => import('./mime.js').MimeType | null} mimeOverride
 */

/**
 * @callback Begin gets ready to transfer; may reject, then HTTP alone serves
 * @param {DownloadSink} sink told of what comes meanwhile; the transfer then tells it all, from the start
 * @returns {Promise<(sink: DownloadSink) => Download>}
 */

/**
 * @typedef {object} Transfer
 * @property {Begin} begin
 * @property {() => void} [cancel] it was begun, and nothing will come of it
 * @property {import('../engine/types.js').DownloadOptions | null} plain what HTTP alone would fetch; null: P2P only
 */

/** https://xhr.spec.whatwg.org/#states */
export const State = /** @type {const} */ ({UNSENT: 0, OPENED: 1, HEADERS_RECEIVED: 2, LOADING: 3, DONE: 4});
const {UNSENT, OPENED, HEADERS_RECEIVED, LOADING, DONE} = State;

/** https://xhr.spec.whatwg.org/#the-send()-method: "roughly 50ms". */
const PROGRESS_INTERVAL_MS = 50;

/** A timer that fires so late has waited for the page's own code. */
const LATE_MS = 50;

/** Longer than a chain of promises that somebody awaits in a test or an app is. */
const SETTLING_TURNS = 32;

/**
 * Between two events of one task browsers run all microtasks (HTML, clean up
 * after running script): who awaits `load` has continued before `loadend`. A
 * script can't have that, but it can let its events wait for some rounds.
 */
async function settled() {
  for (let turn = 0; turn < SETTLING_TURNS; turn++) await undefined;
}

/** Those that are under way. @type {Set<Exchange>} */
const live = new Set();
let hearsOfStop = false;

/**
 * window.stop() aborts a page's requests. fetch tells of it as of any failure,
 * which others could make up for; so it is heard of here.
 */
function hearOfStop() {
  const {stop} = globalThis;
  if (hearsOfStop || !stop) return;
  hearsOfStop = true;
  globalThis.stop = {stop() {
    stop();
    for (const exchange of live) exchange.cutShort();
  }}.stop;
}

export class Exchange {
  #owner;
  #transfer;
  /** @type {Download | null} */
  #download = null;
  /** Which transfer counts: events of an earlier one are ignored. */
  #generation = 0;
  #over = false;
  /** What has been done with the inputs so far: the next one waits for it. */
  #inputs = Promise.resolve();
  #startedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timeoutTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #progressTimer;
  #progressAt = -Infinity;
  /** Most bytes that a progress event has told of. */
  #told = -1;

  /** @type {ResponseHead | null} null: none yet, or a network error */
  #head = null;
  #errorStatus = 0;
  #sources = NOTHING;
  #total = -1;
  #text = new GrowingText();
  /** @type {ArrayBuffer | Blob | null} */
  #content = null;
  /** @type {{value: any} | null} */
  #object = null;
  /** @type {{value: Document | null} | null} */
  #document = null;

  /** @type {0 | 1 | 2 | 3 | 4} */
  state = OPENED;
  /** @type {import('../engine/types.js').FileInfo | null} */
  info = null;

  /** @param {Owner} owner @param {Transfer} transfer */
  constructor(owner, transfer) {
    this.#owner = owner;
    this.#transfer = transfer;
  }

  // --- What the page does ---

  /** The rest of send(), once the state is set up: may be ended by a handler of loadstart. */
  send() {
    hearOfStop();
    live.add(this);
    this.#fireProgress('loadstart', NOTHING, 0);
    if (this.#over) return;
    this.#startedAt = performance.now();
    this.armTimeout();
    this.#begin(this.#transfer.begin);
  }

  /** https://xhr.spec.whatwg.org/#the-abort()-method @param {boolean} leaveSwarm */
  abort(leaveSwarm) {
    this.#stop(leaveSwarm);
    if (!this.#over) this.#requestError('abort');
    if (this.state !== DONE) return;
    this.state = UNSENT;
    this.#errorStatus = 0;
    this.#forget();
  }

  /** By window.stop(): ends as by abort(), a moment later. */
  cutShort() {
    this.#generation++;
    setTimeout(() => {
      if (this.#over) return;
      this.#stop(false);
      this.#requestError('abort');
    });
  }

  /** For open(): the exchange ends without a word. */
  drop() {
    this.#stop(false);
    this.#end();
    this.#generation++;
  }

  /** Call when the request's `timeout` has changed. */
  armTimeout() {
    clearTimeout(this.#timeoutTimer);
    const limit = this.#owner.timeout();
    if (this.#over || !limit || !this.#startedAt) return;
    const left = Math.max(limit - (performance.now() - this.#startedAt), 0);
    const due = performance.now() + left;
    this.#timeoutTimer = setTimeout(() => this.#timeIsUp(performance.now() - due), left);
  }

  /** @param {number} position @param {number} bytesPerSecond */
  setPlayback(position, bytesPerSecond) {
    this.#download?.setPlayback(position, bytesPerSecond);
  }

  // --- What the page reads ---

  get downloaders() {
    return this.#download?.downloaders() ?? [];
  }

  get status() {
    return this.#head ? this.#head.status : this.#errorStatus;
  }

  get statusText() {
    return this.#head?.statusText ?? '';
  }

  get responseURL() {
    return this.#head?.url ?? '';
  }

  /** @returns {import('./headers.js').HeaderList} */
  get headers() {
    return this.#head?.headers ?? [];
  }

  get responseText() {
    if (this.state < LOADING || !this.#head) return '';
    const type = this.#finalType();
    const sniff = this.#owner.responseType() === '' && type.isXML ? 'xml' : '';
    return this.#text.decode(type.charset, {last: this.state === DONE, sniff});
  }

  get response() {
    const responseType = this.#owner.responseType();
    if (responseType === '' || responseType === 'text') return this.responseText;
    if (this.state !== DONE || !this.#head) return null;
    this.#object ??= {value:
      responseObject(this.#content, responseType, this.#finalType(), this.responseURL, this.#lastModified)};
    return this.#object.value;
  }

  get responseXML() {
    const responseType = this.#owner.responseType();
    if (responseType === 'document') return this.response;
    if (this.state !== DONE || !this.#head || !(this.#content instanceof ArrayBuffer)) return null;
    this.#document ??= {value:
      documentResponse(this.#content, '', this.#finalType(), this.responseURL, this.#lastModified)};
    return this.#document.value;
  }

  get #lastModified() {
    return headerValue(this.headers, 'last-modified');
  }

  #finalType() {
    return finalType(headerValue(this.headers, 'content-type'), this.#owner.mimeOverride());
  }

  // --- What the transfer says ---

  /** @param {Begin} begin */
  #begin(begin) {
    const generation = ++this.#generation;
    const isCurrent = () => !this.#over && generation === this.#generation;
    const sink = this.#sink(generation);
    // The transfer tells it all again: what comes of the preview until it does
    // would stand in the text twice.
    let begun = false;
    begin({...sink, chunk: (bytes) => { if (!begun) sink.chunk(bytes); }}).then(
      (start) => {
        begun = true;
        this.#next(isCurrent, () => {
          this.#text.restart();
          this.#download = start(sink);
        });
      },
      (error) => this.#next(isCurrent, () => this.#cannotBegin(error)));
  }

  /**
   * One input after the other, each once the events of the one before are fired.
   *
   * @param {() => boolean} counts @param {() => unknown} input
   */
  #next(counts, input) {
    this.#inputs = this.#inputs.then(async () => { if (counts()) await input(); });
  }

  /** @param {unknown} error */
  #cannotBegin(error) {
    if (this.#transfer.plain) return this.#restart();
    this.#fail(error instanceof RequestError ? error : new RequestError('unsupported', String(error)));
  }

  /** @param {number} generation @returns {DownloadSink} */
  #sink(generation) {
    /** @type {<A extends any[]>(method: (...args: A) => void) => (...args: A) => void} */
    const current = (method) => (...args) =>
      this.#next(() => !this.#over && generation === this.#generation, () => method.apply(this, args));
    return {
      head: current(this.#onHead),
      progress: current(this.#onProgress),
      chunk: current((bytes) => this.#text.push(bytes)),
      complete: current(this.#onComplete),
      fail: current((failure) => this.#fail(new RequestError(failure.code, failure.message))),
      restart: current(this.#restart),
      // These two may come after the end, as long as the request is this one's.
      info: (info) => { this.info = info; },
      swarmState: (state) => {
        if (this.state !== UNSENT && generation === this.#generation) {
          this.#owner.fire(new SwarmStateEvent('swarmstatechange', state));
        }
      },
    };
  }

  /** @param {ResponseHead} head */
  #onHead(head) {
    this.#head = head;
    this.#total = bodyLength(head.headers, head.total);
    if (this.state !== OPENED) return;  // a restart: the page has seen a head
    this.state = HEADERS_RECEIVED;
    this.#fireStateChange();
    return settled();
  }

  /** @param {Progress} progress */
  #onProgress(progress) {
    this.#sources = progress;
    if (progress.total >= 0 && this.#head?.fromInfo) this.#total = progress.total;
    if (this.state < HEADERS_RECEIVED || sumOf(progress) <= Math.max(this.#told, 0)) return;
    const wait = this.#progressAt + PROGRESS_INTERVAL_MS - performance.now();
    if (wait <= 0) return this.#tellProgress();
    this.#progressTimer ??= setTimeout(() => {
      this.#next(() => !this.#over && this.#progressTimer !== undefined, () => this.#tellProgress());
    }, wait);
  }

  /** "Process body chunk" of send(). */
  async #tellProgress() {
    this.#cancelProgress();
    this.#progressAt = performance.now();
    this.state = LOADING;
    this.#fireStateChange();
    await settled();
    // The handler may have ended this: browsers then tell of 0 bytes.
    this.#fireProgress('progress', this.#over ? NOTHING : this.#sources, this.#over ? 0 : this.#total);
    await settled();
  }

  async #onComplete() {
    const download = /** @type {Download} */ (this.#download);
    if (download.body.size > 0 && this.state < LOADING) await this.#tellProgress();
    if (this.#over) return;
    const generation = this.#generation;
    const isCurrent = () => !this.#over && generation === this.#generation;
    this.#readContent(download).then(
      (content) => this.#next(isCurrent, () => this.#endOfBody(content)),
      (error) => this.#next(isCurrent, () => this.#fail(error instanceof RangeError ?
        new RequestError('file-size', 'The browser has no room for all of it in one piece. Ask for ' +
          "responseType 'blob' or 'blobUrl': it can keep those on disk.") :
        new RequestError('network', `The downloaded bytes could not be read: ${error}.`))));
  }

  /** @param {Download} download */
  async #readContent({body}) {
    const responseType = this.#owner.responseType();
    const isText = responseType === '' || responseType === 'text';
    const type = this.#finalType();
    if (isText && this.#text.size === body.size && !(responseType === '' && type.isXML)) return null;
    const content = await readBody(body, responseType, type);
    if (isText && this.#text.size !== body.size) {
      this.#text.restart();
      this.#text.push(new Uint8Array(/** @type {ArrayBuffer} */ (content)));
    }
    return content;
  }

  /** https://xhr.spec.whatwg.org/#handle-response-end-of-body @param {ArrayBuffer | Blob | null} content */
  async #endOfBody(content) {
    this.#cancelProgress();
    this.#content = content;
    if (this.#textDiverged()) {
      return this.#fail(new RequestError('network', 'The resource changed while it was being ' +
        'read as text, so the download was ended rather than mix two versions. Send it again.'));
    }
    const sources = this.#sources;
    const total = this.#total;
    if (sumOf(sources) !== this.#told) {
      this.#fireProgress('progress', sources, total);
      await settled();
    }
    if (this.#over) return;
    this.#end();
    this.state = DONE;
    this.#fireStateChange();
    await settled();
    this.#fireProgress('load', sources, total);
    await settled();
    this.#fireProgress('loadend', sources, total);
  }

  #textDiverged() {
    if (this.#text.isCaughtUp) return this.#text.diverged;
    const state = this.state;
    this.state = DONE;  // decode to the end
    void this.responseText;
    this.state = state;
    return this.#text.diverged;
  }

  #restart() {
    this.#download?.pause();
    this.#download = null;
    const {plain} = this.#transfer;
    if (!plain) {
      return this.#fail(new RequestError('network', 'The swarm can\'t serve this resource any more.'));
    }
    this.#begin(async () => (sink) => plainDownload(plain, sink));
  }

  // --- Ends ---

  /**
   * The page's own code may have kept an answer waiting: it is given as long
   * as that has taken.
   *
   * @param {number} late ms
   */
  #timeIsUp(late) {
    const timedOut = () => this.#next(() => !this.#over, () => {
      this.#stop(false);
      return this.#requestError('timeout');
    });
    if (late > LATE_MS) this.#timeoutTimer = setTimeout(timedOut, late);
    else timedOut();
  }

  /** @param {RequestError} error */
  #fail(error) {
    this.#stop(false);
    this.#errorStatus = error.status;
    return this.#requestError('error', error);
  }

  /**
   * https://xhr.spec.whatwg.org/#request-error-steps
   *
   * @param {'abort' | 'timeout' | 'error'} type
   * @param {RequestError} [error]
   */
  async #requestError(type, error) {
    this.#end();
    this.state = DONE;
    this.#forget();
    this.#fireStateChange();
    if (type !== 'abort') await settled();
    this.#fireProgress(type, NOTHING, 0, error);
    if (type !== 'abort') await settled();
    this.#fireProgress('loadend', NOTHING, 0);
  }

  /** The response becomes a network error. */
  #forget() {
    this.#head = null;
    this.#content = null;
    this.#object = null;
    this.#document = null;
    this.#text = new GrowingText();
  }

  #end() {
    this.#over = true;
    live.delete(this);
    clearTimeout(this.#timeoutTimer);
    this.#cancelProgress();
  }

  #cancelProgress() {
    clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
  }

  /** @param {boolean} leaveSwarm */
  #stop(leaveSwarm) {
    if (leaveSwarm) this.#download?.leave();
    else if (!this.#over) this.#download?.pause();
    this.#transfer.cancel?.();
    clearTimeout(this.#timeoutTimer);
    this.#cancelProgress();
  }

  #fireStateChange() {
    this.#owner.fire(new Event('readystatechange'));
  }

  /**
   * @param {string} type
   * @param {import('./events.js').Sources} sources
   * @param {number} total
   * @param {Error} [error]
   */
  #fireProgress(type, sources, total, error) {
    if (type === 'progress') this.#told = sumOf(sources);
    this.#owner.fire(progressEvent(type, sources, total, error));
  }
}
