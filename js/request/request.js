/**
 * `peer5.Request`: an XMLHttpRequest whose bytes may come from peers.
 *
 * It is a subclass of the native class. What P2P can't or mustn't touch goes
 * to the native methods with the arguments as given; until send() decides
 * otherwise every request does. From then on a request that P2P serves has an
 * Exchange, and each member below answers from it; the native object stays
 * behind in OPENED, never sent, and still checks and keeps what it is told
 * (headers, timeout, responseType).
 *
 * @module
 */
import {Exchange, State} from './exchange.js';
import {allHeaders, headerValue} from './headers.js';
import {parseMimeType} from './mime.js';
import {creditHTTP} from './events.js';
import {giveNativeShape} from './shape.js';
import {ERROR_STATUSES, RequestError, invalidState} from './status.js';
import {checkRequestOptions, downloadTransfer, isSwarmId, shareTransfer, swarmTransfer} from './transfers.js';
import {trackerUrl} from '../options.js';

/** @typedef {import('./transfers.js').RequestOptions} RequestOptions */
/** @typedef {import('./eligible.js').Opened} Opened */
/** @typedef {import('./response.js').ResponseType} ResponseType */
/** @typedef {import('./public_types.js').SourcesEvent} SourcesEvent */
/** @typedef {import('./public_types.js').FailureEvent} FailureEvent */
/** @template E @typedef {import('./public_types.js').Handler<E>} Handler */

// Where there is no XMLHttpRequest (Node, service workers) the module still loads.
export const NativeXMLHttpRequest = /** @type {typeof XMLHttpRequest} */ (
  globalThis.XMLHttpRequest ?? class {});

const dispatchEvent = EventTarget.prototype.dispatchEvent;

const PROGRESS_EVENTS = ['loadstart', 'progress', 'abort', 'error', 'load', 'timeout', 'loadend'];

/** A URL that native accepts and that nothing is ever sent to: a share has none. */
const NO_URL = 'data:,';

/** @this {XMLHttpRequest} @param {Event} event */
function credit(event) {
  creditHTTP(/** @type {ProgressEvent} */ (event), () => new RequestError('network',
    'The request failed. The browser does not say why: the server may be unreachable, or ' +
    "refuse this page's origin (CORS); its console and network panel tell."));
}

const baseUrl = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/** The values that assigning to responseType doesn't ignore. */
const RESPONSE_TYPES = new Set(['', 'arraybuffer', 'blob', 'document', 'json', 'text', 'blobUrl']);

/**
 * Calls a native method with the arguments as they came, since it tells a
 * missing one from undefined.
 *
 * @param {Function} method @param {XMLHttpRequest} request @param {IArguments} given
 */
const forward = (method, request, given) => method.apply(request, given);

/** The exchange behind a request, null: native serves it. @type {(request: XMLHttpRequest) => Exchange | null} */
let exchangeOf;

export class Request extends NativeXMLHttpRequest {
  static FILE_SIZE_ERR = ERROR_STATUSES.FILE_SIZE_ERR;
  static FIREFOX_ONLY_SWARM_ERR = ERROR_STATUSES.FIREFOX_ONLY_SWARM_ERR;
  static CHROME_ONLY_SWARM_ERR = ERROR_STATUSES.CHROME_ONLY_SWARM_ERR;
  static BROWSER_SWARM_COMPAT_ERR = ERROR_STATUSES.BROWSER_SWARM_COMPAT_ERR;
  static OUT_OF_SPACE_ERR = ERROR_STATUSES.OUT_OF_SPACE_ERR;
  static WRITE_ERR = ERROR_STATUSES.WRITE_ERR;
  static VERIFICATION_ERR = ERROR_STATUSES.VERIFICATION_ERR;
  static SWARMID_NOT_FOUND_ERR = ERROR_STATUSES.SWARMID_NOT_FOUND_ERR;
  static INVALID_RESPONSETYPE = ERROR_STATUSES.INVALID_RESPONSETYPE;

  /** @type {RequestOptions | null} */
  #options;
  /** @type {Opened | null} null: not opened, or sent */
  #opened = null;
  /** @type {Exchange | null} */
  #exchange = null;
  /** @type {import('./mime.js').MimeType | null} */
  #mimeOverride = null;
  #wantsBlobUrl = false;
  /** @type {{blob: Blob, url: string} | null} blobUrl of a response that native got */
  #nativeBlobUrl = null;
  /** @type {object | null} */
  #onswarmstatechange = null;

  /** @param {RequestOptions} [options] */
  constructor(options = undefined) {
    super();
    if (false) {  // never runs: tells TypeScript what native's handlers are given here
      /** @type {Handler<SourcesEvent>} */ this.onloadstart;
      /** @type {Handler<SourcesEvent>} */ this.onprogress;
      /** @type {Handler<SourcesEvent>} */ this.onabort;
      /** @type {Handler<FailureEvent>} */ this.onerror;
      /** @type {Handler<SourcesEvent>} */ this.onload;
      /** @type {Handler<SourcesEvent>} */ this.ontimeout;
      /** @type {Handler<SourcesEvent>} */ this.onloadend;
    }
    this.#options = options === undefined ? null : checkRequestOptions(options);
  }

  // --- Methods. `#opened in this` is false for native objects that ours are called on. ---

  /**
   * @param {string} method
   * @param {string | URL} [url] absent with POST: share what send() is given
   */
  open(method, url) {
    const count = arguments.length;
    const shares = count === 1 && /^post$/i.test(method);
    if (!(#opened in this) || (count < 2 && !shares)) return forward(super.open, this, arguments);
    const before = this.#opened;
    const exchange = this.#exchange;
    const opened = this.#opened = {
      method: `${method}`,
      url: shares ? NO_URL : `${url}`,
      base: this.#options || trackerUrl() ? baseUrl() : '',
      async: count < 3 || Boolean(arguments[2]),
      credentials: (arguments[3] ?? arguments[4] ?? null) !== null,
      headers: [],
      shares,
    };
    try {
      if (count < 3) super.open(opened.method, opened.url);
      else super.open(opened.method, opened.url, opened.async, arguments[3], arguments[4]);
    } catch (error) {
      this.#opened = before;
      throw error;
    }
    if (!exchange) return;
    this.#exchange = null;
    exchange.drop();
    // Native was in OPENED all the while, so it didn't tell of coming back to it.
    if (exchange.state !== State.OPENED) this.#fire(new Event('readystatechange'));
  }

  /** @param {string} name @param {string} value */
  setRequestHeader(name, value) {
    if (#opened in this && arguments.length > 1) {
      if (this.#exchange) throw invalidState('set a request header');
      name = `${name}`;
      value = `${value}`;
      super.setRequestHeader(name, value);
      this.#opened?.headers.push([name, value]);
      return;
    }
    forward(super.setRequestHeader, this, arguments);
  }

  /** @param {Document | XMLHttpRequestBodyInit | null} [body] */
  send(body = null) {
    if (#opened in this) {
      if (this.#exchange) throw invalidState('send');
      const transfer = this.#transferFor(body);
      if (transfer) return this.#sendToPeers(transfer);
      this.#opened = null;
      if (globalThis.XMLHttpRequest !== Request) this.#creditHTTP();
    }
    super.send(body);
  }

  /** @param {unknown} body @returns {import('./exchange.js').Transfer | null} null: native's */
  #transferFor(body) {
    const opened = this.#opened;
    const options = this.#options;
    if (!opened || super.readyState !== State.OPENED) return null;
    if (opened.shares) return shareTransfer(body, options);
    if (options?.p2p === false || options?.downloadMode === 'http') return null;
    const responseType = this.responseType;
    if (this.#isForSwarm(opened)) return swarmTransfer(opened, options, responseType);
    return downloadTransfer(opened, options,
      {body, responseType, withCredentials: super.withCredentials});
  }

  /**
   * A bare swarm id is also a relative URL. It is read as one where this class
   * stands in for the global, since then the page doesn't know of swarms.
   *
   * @param {Opened} opened
   */
  #isForSwarm({method, async, url}) {
    if (!/^get$/i.test(method) || !async) return false;
    if (this.#options?.downloadMode === 'p2p') return true;
    return isSwarmId(url) && globalThis.XMLHttpRequest !== Request &&
      Boolean(this.#options?.tracker ?? trackerUrl());
  }

  /** @param {import('./exchange.js').Transfer} transfer */
  #sendToPeers(transfer) {
    this.#opened = null;
    this.#exchange = new Exchange({
      fire: (event) => this.#fire(event),
      timeout: () => super.timeout,
      responseType: () => (this.#wantsBlobUrl ? 'blobUrl' : super.responseType),
      mimeOverride: () => this.#mimeOverride,
    }, transfer);
    this.#exchange.send();
  }

  /** Progress events of native gain the members that ours have. */
  #creditHTTP() {
    for (const type of PROGRESS_EVENTS) super.addEventListener(type, credit, true);
  }

  /** @param {Event} event */
  #fire(event) {
    dispatchEvent.call(this, event);
  }

  /**
   * Pauses: what came stays, and another request for the same thing goes on
   * from there.
   *
   * @param {{leaveSwarm?: boolean}} [options] `leaveSwarm`: drop connections and memory too
   */
  abort(options = undefined) {
    if (#opened in this && this.#exchange) this.#exchange.abort(Boolean(options?.leaveSwarm));
    else super.abort();
  }

  /** @param {string} mime */
  overrideMimeType(mime) {
    if (#opened in this && arguments.length) {
      mime = `${mime}`;
      const exchange = this.#exchange;
      if (exchange && exchange.state >= State.LOADING) {
        throw invalidState('override the MIME type');
      }
      super.overrideMimeType(mime);
      this.#mimeOverride = parseMimeType(mime) ?? parseMimeType('application/octet-stream');
      return;
    }
    forward(super.overrideMimeType, this, arguments);
  }

  /** @param {string} name @returns {string | null} */
  getResponseHeader(name) {
    const value = forward(super.getResponseHeader, this, arguments);
    const exchange = exchangeOf(this);
    return exchange ? headerValue(exchange.headers, `${name}`) : value;
  }

  getAllResponseHeaders() {
    const exchange = exchangeOf(this);
    return exchange ? allHeaders(exchange.headers) : super.getAllResponseHeaders();
  }

  // --- peer5's own ---

  /**
   * What the swarm knows of the resource, from HEADERS_RECEIVED on; null as
   * long as no FileInfo has come, and for requests that native serves.
   */
  getFileInfo() {
    const exchange = this.#exchange;
    return exchange?.info && exchange.state !== State.OPENED ? {...exchange.info} : null;
  }

  /**
   * Who has been sent bytes of this resource by this page.
   *
   * @returns {import('../engine/types.js').Downloader[]}
   */
  getDownloaders() {
    return this.#exchange?.downloaders ?? [];
  }

  /**
   * Says where the page reads, so that peers bring what is due first and HTTP
   * what would be late.
   *
   * @param {number} position bytes from the start
   * @param {number} bytesPerSecond how fast the page goes on
   */
  setPlayback(position, bytesPerSecond) {
    this.#exchange?.setPlayback(position, bytesPerSecond);
  }

  /** @returns {Handler<import('./events.js').SwarmStateEvent>} */
  get onswarmstatechange() {
    return /** @type {any} */ (this.#onswarmstatechange);
  }

  /** @param {Handler<import('./events.js').SwarmStateEvent>} handler */
  set onswarmstatechange(handler) {
    const is = (typeof handler === 'object' || typeof handler === 'function') ? handler : null;
    if (is && !this.#onswarmstatechange) super.addEventListener('swarmstatechange', this.#handleSwarmState);
    if (!is) super.removeEventListener('swarmstatechange', this.#handleSwarmState);
    this.#onswarmstatechange = is;
  }

  /** @param {Event} event */
  #handleSwarmState(event) {
    if (typeof this.#onswarmstatechange === 'function') this.#onswarmstatechange.call(this, event);
  }

  // --- Attributes ---

  /** @returns {number} */
  get readyState() {
    return exchangeOf(this)?.state ?? super.readyState;
  }

  /** @returns {number} */
  get status() {
    return exchangeOf(this)?.status ?? super.status;
  }

  /** @returns {string} */
  get statusText() {
    return exchangeOf(this)?.statusText ?? super.statusText;
  }

  /** @returns {string} */
  get responseURL() {
    return exchangeOf(this)?.responseURL ?? super.responseURL;
  }

  /** @returns {any} */
  get response() {
    const exchange = exchangeOf(this);
    if (exchange) return exchange.response;
    const response = super.response;
    return #opened in this && this.#wantsBlobUrl ? this.#blobUrlOf(response) : response;
  }

  /** @param {Blob | null} blob */
  #blobUrlOf(blob) {
    if (!blob) return null;
    if (this.#nativeBlobUrl?.blob !== blob) {
      this.#nativeBlobUrl = {blob, url: URL.createObjectURL(blob)};
    }
    return this.#nativeBlobUrl.url;
  }

  get responseText() {
    const exchange = exchangeOf(this);
    if (!exchange) return super.responseText;
    if (!['', 'text'].includes(this.responseType)) throw invalidState("read 'responseText'");
    return exchange.responseText;
  }

  get responseXML() {
    const exchange = exchangeOf(this);
    if (!exchange) return super.responseXML;
    if (!['', 'document'].includes(this.responseType)) throw invalidState("read 'responseXML'");
    return exchange.responseXML;
  }

  /** @returns {any} as native's, or 'blobUrl', which the native type doesn't have */
  get responseType() {
    const responseType = super.responseType;
    return #opened in this && this.#wantsBlobUrl ? 'blobUrl' : responseType;
  }

  /** @param {ResponseType} value */
  set responseType(value) {
    if (!(#opened in this)) {
      super.responseType = /** @type {XMLHttpRequestResponseType} */ (value);
      return;
    }
    const type = `${value}`;
    const exchange = this.#exchange;
    if (exchange && exchange.state >= State.LOADING && RESPONSE_TYPES.has(type)) {
      throw invalidState("set 'responseType'");
    }
    const isBlobUrl = type === 'blobUrl';
    super.responseType = isBlobUrl ? 'blob' : /** @type {XMLHttpRequestResponseType} */ (type);
    if (RESPONSE_TYPES.has(type)) this.#wantsBlobUrl = isBlobUrl;
  }

  get timeout() {
    return super.timeout;
  }

  set timeout(value) {
    super.timeout = value;
    exchangeOf(this)?.armTimeout();
  }

  get withCredentials() {
    return super.withCredentials;
  }

  set withCredentials(value) {
    const exchange = exchangeOf(this);
    if (exchange && exchange.state !== State.UNSENT) {
      throw invalidState("set 'withCredentials'");
    }
    super.withCredentials = value;
  }

  static {
    exchangeOf = (request) => (#exchange in request ? request.#exchange : null);
  }
}

giveNativeShape(Request, NativeXMLHttpRequest, ERROR_STATUSES);
