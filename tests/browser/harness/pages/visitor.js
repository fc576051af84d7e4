/**
 * Runs in the page of a visitor: requests by number, their events, and
 * promises for what tests wait for. `visitor.js` of the harness calls it.
 */
'use strict';

const EVENTS = ['readystatechange', 'loadstart', 'progress', 'abort', 'error', 'load',
  'timeout', 'loadend', 'swarmstatechange'];

/** @type {Map<number, Watched>} */
const requests = new Map();

/** One request, watched. */
class Watched {
  constructor(request) {
    this.request = request;
    this.startedAt = performance.now();
    this.endedAt = NaN;
    /** In the order of events; runs of the same become one. */
    this.log = [];
    this.error = null;
    this.sources = {loaded: 0, loadedHTTP: 0, loadedP2P: 0, loadedFS: 0, total: 0};
    this.peers = 0;
    this.mostPeers = 0;
    this.uploaded = 0;
    this.waiting = [];
    for (const type of EVENTS) request.addEventListener(type, event => this.on(event));
  }

  on(event) {
    const {type} = event;
    if (type === 'swarmstatechange') {
      this.peers = event.numOfPeers;
      this.mostPeers = Math.max(this.mostPeers, this.peers);
      this.uploaded = event.uploaded;
    } else {
      const note = type === 'readystatechange' ? `state ${this.request.readyState}` : type;
      this.note(note);
    }
    if (type === 'progress' || type === 'load') {
      const {loaded, loadedHTTP, loadedP2P, loadedFS, total} = event;
      this.sources = {loaded, loadedHTTP, loadedP2P, loadedFS, total};
    }
    if (type === 'error') this.error = event.error ? {code: event.error.code, message: event.error.message} : null;
    if (type === 'loadend') this.endedAt = performance.now();
    this.look();
  }

  /** LOADING and progress come as often as the clock says. */
  note(note) {
    const repeats = note === 'progress' ? ['progress'] : note === 'state 3' ? ['state 3'] : [];
    if (!repeats.some(repeat => this.log.includes(repeat))) this.log.push(note);
  }

  get ended() {
    return !Number.isNaN(this.endedAt);
  }

  /** @param {(watched: Watched) => boolean} holds @returns {Promise<void>} */
  until(holds) {
    if (holds(this)) return Promise.resolve();
    return new Promise(resolve => this.waiting.push({holds, resolve}));
  }

  look() {
    this.waiting = this.waiting.filter(({holds, resolve}) => {
      if (!holds(this)) return true;
      resolve();
      return false;
    });
  }

  now() {
    const {sources, peers, mostPeers, uploaded, startedAt, endedAt, ended} = this;
    return {...sources, peers, mostPeers, uploaded, ended,
      seconds: ((ended ? endedAt : performance.now()) - startedAt) / 1000};
  }
}

async function sha256Of(response) {
  if (response === null || response === undefined) return '';
  const bytes = typeof response === 'string' ? new TextEncoder().encode(response)
    : response instanceof Blob ? await response.arrayBuffer() : response;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

async function storageRoot() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle('peer5', {create: true});
}

globalThis.visitor = {
  /** @param {{id: number, url: string, native?: boolean, options?: object, responseType?: string, method?: string}} what */
  start({id, url, native = false, options, responseType = 'arraybuffer', method = 'GET'}) {
    const request = native ? new XMLHttpRequest() : new peer5.Request(options);
    requests.set(id, new Watched(request));
    request.open(method, url);
    request.responseType = responseType;
    request.send();
  },

  /** Shares what the URL answers with, as a file of the visitor's would be. */
  async share({id, url, name, type, options}) {
    const bytes = await (await fetch(url)).arrayBuffer();
    const request = new peer5.Request(options);
    requests.set(id, new Watched(request));
    request.open('POST');
    request.send(new File([bytes], name, {type}));
  },

  /** Resolves once `field` of now() is at least `least`, or the request has ended. */
  async reached(id, field, least) {
    await requests.get(id).until(watched => watched.ended || watched.now()[field] >= least);
    return requests.get(id).now();
  },

  /** Resolves once so many peers, or fewer, are connected. */
  async peersFall(id, most) {
    await requests.get(id).until(watched => watched.peers <= most);
  },

  downloaders: id => requests.get(id).request.getDownloaders(),

  /** Resolves once offline storage has so many blocks of what came from a URL, or all. */
  async stored(url, least) {
    // The product tells its other tabs of each block, once it is in the index.
    const news = new BroadcastChannel('peer5');
    let heard = () => {};
    news.onmessage = () => heard();
    for (;;) {
      const next = new Promise(resolve => { heard = () => resolve(); });
      const stored = (await visitor.records()).find(({urls}) => urls.includes(url));
      const blocks = stored?.map.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0) ?? 0;
      if (stored && blocks >= (least ?? stored.info.numOfBlocks)) return news.close();
      await next;
    }
  },

  // --- what the disk has, and how it can be damaged ---

  /** Swarm ids. */
  async files() {
    const ids = [];
    for await (const id of (await storageRoot()).keys()) ids.push(id);
    return ids;
  },

  /** @param {string} id @param {(stream: FileSystemWritableFileStream, bytes: Uint8Array) => Promise<void>} change */
  async changeFile(id, change) {
    const handle = await (await storageRoot()).getFileHandle(id);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    const stream = await handle.createWritable({keepExistingData: true});
    await change(stream, bytes);
    await stream.close();
  },

  async removeFile(id) {
    await (await storageRoot()).removeEntry(id);
  },

  async changeRecord(id, change) {
    const record = (await visitor.records()).find(({id: theirs}) => theirs === id);
    change(record);
    await new Promise((resolve, reject) => {
      const open = indexedDB.open('peer5');
      open.onsuccess = () => {
        const transaction = open.result.transaction('resources', 'readwrite');
        transaction.objectStore('resources').put(record);
        transaction.oncomplete = () => { open.result.close(); resolve(); };
        transaction.onabort = () => reject(transaction.error);
      };
    });
  },

  removeIndex: () => new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase('peer5');
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  }),

  /** Resolves once offline storage has given a resource up; ask before it does. */
  removed: id => new Promise(resolve => {
    const news = new BroadcastChannel('peer5');
    news.onmessage = ({data}) => {
      if (data.id !== id || !data.removed) return;
      news.close();
      resolve(undefined);
    };
  }),

  /** The index of offline storage. */
  records: () => new Promise((resolve, reject) => {
    const open = indexedDB.open('peer5');
    // Not there yet: it must not be made here.
    open.onupgradeneeded = () => open.transaction.abort();
    open.onerror = () => resolve([]);
    open.onsuccess = () => {
      const all = open.result.transaction('resources').objectStore('resources').getAll();
      all.onsuccess = () => { open.result.close(); resolve(all.result); };
      all.onerror = () => reject(all.error);
    };
  }),

  response: id => requests.get(id).request.response,

  info: id => requests.get(id).request.getFileInfo(),

  now: id => requests.get(id).now(),

  abort(id, options) {
    requests.get(id).request.abort(options);
  },

  async result(id) {
    const watched = requests.get(id);
    await watched.until(({ended}) => ended);
    const {request} = watched;
    const response = request.responseType === '' || request.status === 0 ? null : request.response;
    return {
      ...watched.now(),
      log: watched.log,
      error: watched.error,
      status: request.status,
      statusText: request.statusText,
      responseURL: request.responseURL,
      headers: request.getAllResponseHeaders(),
      hasResponse: request.response !== null && request.response !== '',
      size: response?.byteLength ?? response?.size ?? 0,
      sha256: await sha256Of(response),
      info: request.getFileInfo?.() ?? null,
    };
  },
};
