/** A visitor: a page of its own, in a browser context of its own. */

/**
 * @typedef {object} Progress
 * @property {number} loaded
 * @property {number} loadedHTTP
 * @property {number} loadedP2P
 * @property {number} loadedFS
 * @property {number} total
 * @property {number} peers connected now
 * @property {number} mostPeers ever connected at once
 * @property {number} uploaded
 * @property {boolean} ended
 * @property {number} seconds since send(), until loadend
 */

/**
 * @typedef {Progress & {log: string[], error: {code: string, message: string} | null, status: number,
 *   statusText: string, responseURL: string, headers: string, hasResponse: boolean, size: number,
 *   sha256: string, info: any}} Result
 */

/** One request of a visitor. */
export class Download {
  /** @param {import('puppeteer-core').Page} page @param {number} id */
  constructor(page, id) {
    this.page = page;
    this.id = id;
  }

  /**
   * Waits for the request to have got so far, or to have ended.
   *
   * @param {keyof Progress} field @param {number} least
   * @returns {Promise<Progress>}
   */
  reached(field, least) {
    return this.page.evaluate((...args) => visitor.reached(...args), this.id, field, least);
  }

  /** Waits until FileInfo is known: there is no event for that. */
  async info() {
    await this.page.waitForFunction(id => visitor.info(id), {}, this.id);
    return this.page.evaluate(id => visitor.info(id), this.id);
  }

  /** @returns {Promise<{id: number, uploaded: number, progress: number, connected: boolean}[]>} */
  downloaders() {
    return this.page.evaluate(id => visitor.downloaders(id), this.id);
  }

  /** Waits until somebody who downloads from here has said to have so much. @param {number} progress 0 to 1 */
  async downloaderHas(progress) {
    await this.page.waitForFunction(
      (id, least) => visitor.downloaders(id).some(downloader => downloader.progress >= least), {}, this.id, progress);
  }

  /** Waits until no more than so many peers are connected. @param {number} most */
  peersFall(most) {
    return this.page.evaluate((...args) => visitor.peersFall(...args), this.id, most);
  }

  /** @returns {Promise<Progress>} */
  now() {
    return this.page.evaluate(id => visitor.now(id), this.id);
  }

  /** @param {{leaveSwarm?: boolean}} [options] */
  abort(options) {
    return this.page.evaluate((...args) => visitor.abort(...args), this.id, options);
  }

  /** Waits for loadend. @returns {Promise<Result>} */
  result() {
    return this.page.evaluate(id => visitor.result(id), this.id);
  }
}

export class Visitor {
  /**
   * @param {import('puppeteer-core').BrowserContext} context
   * @param {import('puppeteer-core').Page} page
   */
  constructor(context, page) {
    this.context = context;
    this.page = page;
    /** What the page logged and threw. @type {string[]} */
    this.logs = [];
    this.requests = 0;
    page.on('console', message => this.logs.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => this.logs.push(`thrown: ${error}`));
  }

  /**
   * @param {import('puppeteer-core').BrowserContext} context it may have other pages, and a past
   * @param {string} site where the page is served
   * @param {{settings?: object, before?: string | (() => void), path?: string}} [options] `settings` are
   *   peer5's global options; `before` runs in the page before its scripts; `path`: another page
   */
  static async open(context, site, {settings = {}, before, path = '/visitor.html'} = {}) {
    const page = await context.newPage();
    const visitor = new Visitor(context, page);
    if (before) await page.evaluateOnNewDocument(before);
    await page.goto(`${site}${path}`);
    await page.evaluate(options => peer5.setGlobalOptions(options), settings);
    return visitor;
  }

  /**
   * @param {string} url
   * @param {{native?: boolean, options?: object, responseType?: string}} [how] `native`: by
   *   XMLHttpRequest; `options`: of peer5.Request
   */
  async get(url, how = {}) {
    const id = this.requests++;
    await this.page.evaluate(what => visitor.start(what), {id, url, ...how});
    return new Download(this.page, id);
  }

  /**
   * Shares a file.
   *
   * @param {{url: string, name: string, type: string}} file its bytes are what the URL answers with
   * @param {object} [options] of peer5.Request
   */
  async share(file, options = {downloadMode: 'p2p'}) {
    const id = this.requests++;
    await this.page.evaluate(what => visitor.share(what), {id, ...file, options});
    return new Download(this.page, id);
  }

  /** The same, to its end. @param {string} url @param {object} [how] */
  async download(url, how) {
    return (await this.get(url, how)).result();
  }

  /** Waits until offline storage has so many blocks, or all. @param {string} url @param {number} [least] */
  stored(url, least) {
    return this.page.evaluate((...args) => visitor.stored(...args), url, least);
  }

  leave() {
    return this.context.close();
  }
}
