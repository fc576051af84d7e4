/**
 * Carries out what the core asks of HTTP.
 *
 * @module
 */
import {begin, HttpFetch, isRefused} from '../net/http_fetch.js';
import {headOf, isPieceOf, versionOf} from './response_head.js';
import {now} from './run_loop.js';

/** @typedef {import('./page_download.js').PageDownload} PageDownload */
/** @typedef {ReturnType<typeof versionOf>} Version */

export class Fetches {
  /**
   * @param {import('./run_loop.js').RunLoop} loop
   * @param {Map<number, PageDownload>} downloads by swarm handle
   * @param {(download: PageDownload, ok: boolean) => void} plainEnd the response
   *   of a download that HTTP alone brings has ended
   * @param {(download: PageDownload) => void} refused the origin does not let this page read it
   */
  constructor(loop, downloads, plainEnd, refused) {
    this.loop = loop;
    this.downloads = downloads;
    this.plainEnd = plainEnd;
    this.refused = refused;
    /** @type {Map<number, {http: HttpFetch, download: PageDownload}>} */
    this.running = new Map();
  }

  // --- actions -------------------------------------------------------------

  /** @param {number} handle @param {number} swarm @param {number} first @param {number} last */
  fetch(handle, swarm, first, last) {
    const download = this.downloads.get(swarm);
    if (!download?.options?.url) return;
    const {url, headers, early} = download.options;
    const wanted = {url, headers, first, last, early};
    /** @type {Version | null} */
    let version = null;
    const http = new HttpFetch(begin(wanted), {
      head: response => {
        version = versionOf(response, first);
        this.onHead(handle, download, response, version, first === 0 && last === Infinity);
        return version.total;
      },
      goesOn: (response, at) => version !== null && isPieceOf(version, versionOf(response, at), at),
      bytes: bytes => this.onBytes(handle, download, bytes),
      consumes: () => download.kept === null,
      end: ok => this.onEnd(handle, download, ok),
    }, wanted);
    this.running.set(handle, {http, download});
  }

  /** @param {number} handle */
  abortFetch(handle) {
    this.running.get(handle)?.http.abort();
    this.running.delete(handle);
  }

  /** @param {number} handle */
  pauseFetch(handle) {
    this.running.get(handle)?.http.pause();
  }

  /** @param {number} handle */
  resumeFetch(handle) {
    this.running.get(handle)?.http.resume();
  }

  // --- inputs --------------------------------------------------------------

  /**
   * @param {number} handle @param {PageDownload} download @param {Response} response
   * @param {Version} version @param {boolean} isWhole the whole resource was asked for
   */
  onHead(handle, download, response, version, isWhole) {
    const {status, first: start, total, shareable, etag, lastModified} = version;
    if (isWhole) download.onHead(headOf(response));
    this.loop.input(client => {
      const [etagLength, modifiedLength] = this.loop.core.put(etag, lastModified);
      return client.fetchHead(now(), handle, status, start, total, shareable,
        etagLength, modifiedLength);
    });
  }

  /**
   * @param {number} handle @param {PageDownload} download @param {Uint8Array} bytes
   * @returns {Promise<void> | null | undefined} what to wait for before the next
   */
  onBytes(handle, download, bytes) {
    if (download.kept) download.keep(bytes);
    if (download.plain) return;
    this.loop.input(client => client.fetchBytes(now(), handle, bytes.length), bytes, true);
    download.progress();
    return download.store?.room();
  }

  /** @param {number} handle @param {PageDownload} download @param {boolean} ok */
  onEnd(handle, download, ok) {
    this.running.delete(handle);
    if (download.plain) return this.plainEnd(download, ok);
    if (!ok && !download.head) {
      const url = download.options?.url ?? '';
      download.refusal ??= isRefused(url).then(refused => { if (refused) this.refused(download); });
    }
    download.streamEnded = ok && download.kept !== null;
    this.loop.input(client => client.fetchEnd(now(), handle, ok));
  }

  /** Ends what a download has under way. @param {PageDownload} download */
  drop(download) {
    for (const [handle, fetch] of this.running) {
      if (fetch.download === download) this.abortFetch(handle);
    }
  }
}
