/** An origin, a tracker and visitors: what a test of a download needs. */
import {createTracker} from '../../../js/tracker/index.js';
import {ByteSource} from '../../../web/server/samples.js';
import {Gate, Origin, sha256} from './origin.js';
import {Visitor} from './visitor.js';

const MIB = 2 ** 20;
/** 64 blocks of 64 KiB, a second or so of transfer. */
export const SIZE = 4 * MIB;

/**
 * Bytes that no other test has, so that no swarm is shared by accident.
 *
 * @param {string} seed @param {number} [size]
 */
export function makeBytes(seed, size = SIZE) {
  return new ByteSource(seed).next(size);
}

/** A tracker that can be killed and come back at the same address. */
export class TestTracker {
  /** @param {import('../../../js/tracker/types.js').TrackerOptions} options */
  constructor(options) {
    this.options = options;
    this.port = 0;
    this.url = '';
  }

  async start() {
    this.running = await createTracker(this.options);
    const {port} = await this.running.listen({port: this.port});
    this.port = port;
    this.url = this.running.url;
    return this;
  }

  /** Without a word to its clients. */
  async stop() {
    await this.running?.close({graceMs: 0});
    this.running = undefined;
  }
}

export class World {
  /** @param {{bytesPerSecond?: number, tracker?: boolean | import('../../../js/tracker/types.js').TrackerOptions}} [options] */
  static async create({bytesPerSecond, tracker = true} = {}) {
    const world = new World();
    world.origin = await new Origin({bytesPerSecond}).listen();
    if (tracker) {
      world.tracker = await new TestTracker({
        origins: [world.origin.url], ...tracker === true ? {} : tracker,
      }).start();
    }
    return world;
  }

  constructor() {
    /** @type {Visitor[]} */
    this.visitors = [];
    this.files = 0;
  }

  /**
   * A new file on the origin.
   *
   * @param {{bytes?: Buffer, size?: number} & Partial<import('./origin.js').Resource>} [file]
   * @param {string} [path]
   */
  put({size = SIZE, bytes = makeBytes(`file ${this.files}`, size), ...more} = {}, path = `/file-${this.files}.bin`) {
    this.files++;
    const url = this.origin.put(path, {bytes, ...more});
    return {path, url, bytes, sha256: sha256(bytes)};
  }

  /**
   * @param {import('puppeteer-core').Browser} browser
   * @param {{settings?: object, before?: () => void, path?: string, site?: string,
   *   context?: import('puppeteer-core').BrowserContext}} [options] `site`: where the page is
   *   served, if not by the origin of the files; `context`: not one of its own
   */
  async visitor(browser, {site = this.origin.url, context, ...options} = {}) {
    return this.welcome(await Visitor.open(context ?? await browser.createBrowserContext(), site,
      this.optionsOf(options)), site, options);
  }

  /**
   * Another page of the same visitor: the former stays open or is closed.
   *
   * @param {Visitor & {arrived?: {site: string, options: object}}} visitor
   */
  async tab(visitor) {
    const {site, options} = visitor.arrived;
    return this.welcome(await Visitor.open(visitor.context, site, this.optionsOf(options)), site, options);
  }

  /** The visitor closes the page, and comes again. @param {Visitor} visitor */
  async return(visitor) {
    await visitor.page.close();
    return this.tab(visitor);
  }

  optionsOf({settings = {}, ...options}) {
    const tracker = this.tracker ? {tracker: this.tracker.url} : {};
    return {settings: {...tracker, ...settings}, ...options};
  }

  welcome(visitor, site, options) {
    this.visitors.push(visitor);
    return Object.assign(visitor, {arrived: {site, options}});
  }

  /**
   * A visitor that has the whole file and serves it.
   *
   * @param {import('puppeteer-core').Browser} browser
   * @param {{path: string, url: string, bytes: Buffer}} file
   * @param {{settings?: object, before?: () => void}} [options]
   */
  async seeder(browser, file, options) {
    const visitor = await this.visitor(browser, options);
    return Object.assign(visitor, {served: await this.seed(visitor, file)});
  }

  /**
   * Has a visitor download a file, and join its swarm on the way.
   *
   * @param {Visitor} visitor
   * @param {{path: string, url: string, bytes: Buffer}} file
   */
  async seed(visitor, file) {
    const resource = this.origin.files.get(file.path);
    // The last byte waits for FileInfo: who has the file before that never
    // joins the swarm.
    const gate = new Gate();
    this.origin.put(file.path, {...resource,
      faults: {hold: {at: file.bytes.length - 1, gate}}});
    const download = await visitor.get(file.url);
    await download.info();
    this.origin.put(file.path, resource);
    gate.open();
    const result = await download.result();
    if (result.status !== 200) throw new Error(`The seeder got ${result.status}.`);
    return download;
  }

  async close() {
    await Promise.all(this.visitors.map(visitor => visitor.leave().catch(() => {})));
    await this.tracker?.stop();
    await this.origin.close();
  }
}
