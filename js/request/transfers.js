/**
 * What stands behind a request: which engine, asked for what.
 *
 * @module
 */
import {engineFor, globalOptions, isEngineLoaded, isPaused, trackerUrl} from '../options.js';
import {EarlyFetch} from '../net/early_fetch.js';
import {booked} from '../resources.js';
import {explainOnce, whyNoP2P, whyNoWasm} from '../support.js';
import {urlForP2P} from './eligible.js';
import {plainDownload} from './plain.js';
import {preview} from './preview.js';
import {RequestError} from './status.js';

/** @typedef {import('../engine/types.js').DownloadOptions} DownloadOptions */
/** @typedef {import('../engine/types.js').DownloadSink} DownloadSink */
/** @typedef {import('../engine/types.js').Download} Download */
/** @typedef {import('./exchange.js').Transfer} Transfer */
/** @typedef {import('./eligible.js').Opened} Opened */

/**
 * `new peer5.Request(options)`.
 *
 * @typedef {object} RequestOptions
 * @property {import('../engine/types.js').DownloadMode} [downloadMode] 'hybrid' if not given;
 *   'p2p': from peers alone; 'http': as if peer5 were not there
 * @property {import('../engine/types.js').Strategy} [strategy] who brings what in hybrid mode, 'aggressive' if not given
 * @property {boolean} [p2p] false: this request is none of P2P's business
 * @property {string} [integrity] 64 hex digits: the only root hash that is accepted
 * @property {string} [manifest] URL of a manifest that vouches for the resource instead of the tracker
 * @property {string} [tracker] ws(s) URL, instead of the page's
 * @property {string} [token] admission token for that tracker
 * @property {RTCIceServer[]} [iceServers]
 * @property {'all' | 'relay'} [iceTransportPolicy]
 */

const CHOICES = /** @type {const} */ ({
  downloadMode: ['hybrid', 'p2p', 'http'],
  strategy: ['aggressive', 'server-friendly', 'p2p-friendly'],
});

/**
 * @param {unknown} given what the constructor got; other things than objects are for other constructors
 * @returns {RequestOptions | null}
 */
export function checkRequestOptions(given) {
  if (typeof given !== 'object' || given === null) return null;
  const options = /** @type {RequestOptions} */ (given);
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = options[/** @type {keyof typeof CHOICES} */ (name)];
    if (value !== undefined && !(/** @type {readonly string[]} */ (allowed)).includes(value)) {
      throw new TypeError(`peer5.Request: ${name} must be ${allowed.join(', ')}, not ${value}.`);
    }
  }
  if (options.integrity !== undefined && !isSwarmId(options.integrity)) {
    throw new TypeError('peer5.Request: integrity must be a root hash, 64 hex digits.');
  }
  return options;
}

/** @param {unknown} text */
export function isSwarmId(text) {
  return typeof text === 'string' && /^[0-9a-f]{64}$/i.test(text);
}

/** @param {RequestOptions | null} options @returns {Parameters<typeof engineFor>} */
function engineChoice(options) {
  const {iceServers, iceTransportPolicy, token} = options ?? {};
  const overrides = Object.fromEntries(Object.entries({iceServers, iceTransportPolicy, token})
    .filter(([, value]) => value !== undefined));
  return [options?.tracker ?? trackerUrl(), overrides];
}

/**
 * @param {RequestOptions | null} options
 * @param {DownloadOptions} download
 * @returns {Transfer}
 */
function transferOf(options, download) {
  const hybrid = download.downloadMode === 'hybrid';
  return {
    plain: hybrid ? download : null,
    cancel: () => download.early?.cancel(),
    begin: async (sink) => {
      const choice = engineChoice(options);
      if (hybrid && !isEngineLoaded(...choice)) {
        download.early = new EarlyFetch(download.url ?? '', download.headers);
        const {length} = await preview(download, download.early, sink);
        const why = length < download.minSize ? '' : whyNoWasm();
        if (why) explainOnce(why);
        if (why || length < download.minSize) return (later) => plainDownload(download, later);
      }
      const engine = await engineFor(...choice).catch((error) => {
        explainOnce(`its engine could not be loaded (${error instanceof Error ? error.message : error})`);
        throw error;
      });
      return booked(download.url ?? '', (later) => engine.download(download, later));
    },
  };
}

/** @param {RequestOptions | null} options @param {string} [base] */
function manifestOf(options, base) {
  return options?.manifest === undefined ? undefined : new URL(options.manifest, base).href;
}

/**
 * What a GET is served by, null if by the native XMLHttpRequest.
 *
 * @param {Opened} opened
 * @param {RequestOptions | null} options
 * @param {{body: unknown, responseType: string, withCredentials: boolean}} sent
 * @returns {Transfer | null}
 */
export function downloadTransfer(opened, options, sent) {
  const tracker = options?.tracker ?? trackerUrl();
  if (isPaused() || (!tracker && !options?.manifest)) return null;
  const url = urlForP2P(opened, sent);
  if (url === null) return null;
  const why = whyNoP2P(Boolean(tracker));
  if (why) {
    explainOnce(why);
    return null;
  }
  return transferOf(options, {
    url,
    integrity: options?.integrity?.toLowerCase(),
    downloadMode: 'hybrid',
    strategy: options?.strategy ?? globalOptions().strategy ?? 'aggressive',
    manifest: manifestOf(options, opened.base),
    headers: opened.headers,
    minSize: globalOptions().scope?.minSize ?? 0,
    wantChunks: sent.responseType === '' || sent.responseType === 'text',
    wantBuffer: sent.responseType === 'arraybuffer',
  });
}

/**
 * A GET that only peers may serve.
 *
 * @param {Opened} opened
 * @param {RequestOptions | null} options
 * @param {string} responseType
 * @returns {Transfer}
 */
export function swarmTransfer(opened, options, responseType) {
  const named = isSwarmId(opened.url) ? {swarmId: opened.url.toLowerCase()}
    : {url: new URL(opened.url, opened.base).href.replace(/#.*/s, '')};
  const transfer = transferOf(options, {
    ...named,
    integrity: options?.integrity?.toLowerCase(),
    downloadMode: 'p2p',
    strategy: options?.strategy ?? 'aggressive',
    manifest: manifestOf(options, opened.base),
    headers: opened.headers,
    minSize: 0,
    wantChunks: responseType === '' || responseType === 'text',
    wantBuffer: responseType === 'arraybuffer',
  });
  return guarded(transfer, () => whySwarmFails(options, responseType));
}

/**
 * POST without a URL: shares a file.
 *
 * @param {unknown} body
 * @param {RequestOptions | null} options
 * @returns {Transfer}
 */
export function shareTransfer(body, options) {
  const transfer = {
    plain: null,
    begin: async () => {
      const file = fileOf(body);
      const engine = await engineFor(...engineChoice(options));
      return booked('', (sink) => share(engine, file, sink));
    },
  };
  return guarded(transfer, () => whySwarmFails(options, ''));
}

/** @param {Transfer} transfer @param {() => RequestError | null} whyNot @returns {Transfer} */
function guarded(transfer, whyNot) {
  return {
    ...transfer,
    begin: async (sink) => {
      const error = whyNot();
      if (error) throw error;
      return transfer.begin(sink);
    },
  };
}

/** @param {RequestOptions | null} options @param {string} responseType */
function whySwarmFails(options, responseType) {
  const why = whyNoP2P(true) || whyNoWasm();
  if (why) {
    return new RequestError('unsupported', `Peers can't be reached: ${why}. Offer a plain link instead.`);
  }
  if (!(options?.tracker ?? trackerUrl()) && !options?.manifest) {
    return new RequestError('tracker', 'No tracker is set, so no peers can be found: call ' +
      "peer5.setGlobalOptions({tracker: 'wss://…'}) first.");
  }
  if (responseType === 'document' && !globalThis.DOMParser || responseType === 'blobUrl' && !URL.createObjectURL) {
    return new RequestError('response-type', `responseType '${responseType}' can't be made here: ` +
      "use 'blob' or 'arraybuffer'.");
  }
  return null;
}

/** @param {unknown} body @returns {Blob} */
function fileOf(body) {
  if (body instanceof Blob) return body;
  if (typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return new Blob([/** @type {BlobPart} */ (body)]);
  }
  throw new RequestError('body', 'There is nothing to share: pass a File or Blob to send().');
}

/**
 * While the file is hashed its response is under way; what a share answers
 * with is no bytes but its FileInfo.
 *
 * @param {import('../engine/types.js').Engine} engine
 * @param {Blob} file
 * @param {DownloadSink} sink
 * @returns {Download}
 */
function share(engine, file, sink) {
  let headed = false;
  const head = () => {
    if (headed) return;
    headed = true;
    sink.head({status: 200, statusText: 'OK', url: '', headers: [], total: file.size, fromInfo: true});
  };
  const name = file instanceof File ? file.name : '';
  const published = engine.share(file, {name, type: file.type}, {
    ...sink,
    head,
    progress: (progress) => { head(); sink.progress(progress); },
    complete: () => { head(); sink.complete(); },
  });
  return {
    get info() { return published.info; },
    body: {size: 0, arrayBuffer: async () => new ArrayBuffer(0), blob: async (type) => new Blob([], {type})},
    downloaders: () => published.downloaders(),
    pause: () => published.pause(),
    leave: () => published.leave(),
    setPlayback() {},
  };
}
