/**
 * `npm run demo`: so many pages download the same file, and tell where its
 * bytes came from.
 *
 *   npm run demo -- --peers 5 --size 64 --strategy aggressive --cold
 */
import {readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Command, Option} from 'commander';
import {number} from '../../js/cli/arguments.js';
import {ROOT} from '../../js/build/run.js';
import {createTracker} from '../../js/tracker/index.js';
import {makeSamples} from '../../web/server/samples.js';
import {launch} from '../browser/harness/browsers.js';
import {Origin, sha256} from '../browser/harness/origin.js';
import {Visitor} from '../browser/harness/visitor.js';
import {LiveLines, table} from './lines.js';

const LOOK_EVERY_MS = 500;
const BITS_PER_MEGABIT = 1e6;
const PATH = '/files/';

const given = new Command('demo')
  .option('--peers <n>', 'pages', number(1), 5)
  .option('--size <MiB>', 'of the file', number(0.001), 64)
  .addOption(new Option('--strategy <name>', 'who brings what')
    .choices(['aggressive', 'server-friendly', 'p2p-friendly']).default('server-friendly'))
  .option('--cold', 'all pages at once; else the first one finishes before the others start')
  .addOption(new Option('--only <name>', 'the same by name').choices(['warm', 'cold']))
  .option('--origin-mbps <Mbit/s>', 'what the origin sends in all', number(0.1), 100)
  .addOption(new Option('--browser <name>').choices(['chromium', 'firefox']).default('chromium'))
  .option('--json <file>', 'write the figures there')
  .parse()
  .opts();

/** @typedef {{name: string, download: import('../browser/harness/visitor.js').Download}} Running */

class Demo {
  constructor(options) {
    this.options = options;
    this.cold = options.cold || options.only === 'cold';
    this.lines = new LiveLines(process.stdout);
    /** @type {import('../browser/harness/visitor.js').Result[]} */
    this.results = [];
  }

  async open() {
    const {size, originMbps, browser} = this.options;
    const dir = join(ROOT, '.build/samples');
    const [sample] = await makeSamples(dir, [size]);
    const bytesPerSecond = originMbps * BITS_PER_MEGABIT / 8;
    this.origin = await new Origin({bytesPerSecond}).listen();
    const bytes = await readFile(sample.path);
    this.sha256 = sha256(bytes);
    const {mtime} = await stat(sample.path);
    this.url = this.origin.put(PATH + sample.name, {bytes, lastModified: mtime.toUTCString()});
    this.tracker = await createTracker({
      origins: [{url: this.origin.url + PATH, dir}], reportInterval: 2,
    });
    await this.tracker.listen({port: 0});
    this.browser = await launch(browser);
  }

  explain() {
    const {peers, size, strategy, originMbps} = this.options;
    process.stdout.write(
      `${peers} pages download ${size} MiB, ${strategy}, ` +
      `${this.cold ? 'all at once' : 'the first before the others'}.\n` +
      `The origin sends ${originMbps} Mbit/s in all (${(originMbps / 8).toFixed(1)} MB/s). ` +
      'The tracker hashes the file from its directory, not from the origin.\n\n');
  }

  async run() {
    await this.open();
    this.explain();
    const visitors = [];
    for (let i = 0; i < this.options.peers; i++) {
      visitors.push(await Visitor.open(await this.browser.createBrowserContext(), this.origin.url,
        {settings: {tracker: this.tracker.url}}));
    }
    const rounds = this.cold ? [visitors] : [visitors.slice(0, 1), visitors.slice(1)];
    for (const round of rounds) if (round.length > 0) await this.downloadAll(round);
    return visitors;
  }

  /** @param {Visitor[]} visitors */
  async downloadAll(visitors) {
    const options = {strategy: this.options.strategy};
    /** @type {Running[]} */
    const running = await Promise.all(visitors.map(async (visitor, i) => ({
      name: `page ${this.results.length + i + 1}`,
      download: await visitor.get(this.url, {options}),
    })));
    const all = Promise.all(running.map(({download}) => download.result()));
    let over = false;
    all.then(() => { over = true; }, () => { over = true; });
    while (!over) {
      await Promise.race([all, new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))]);
      await this.show(running);
    }
    this.lines.keep();
    this.results.push(...await all);
  }

  /** @param {Running[]} running */
  async show(running) {
    const lines = await Promise.all(running.map(async ({name, download}) => {
      const now = await download.now();
      const before = this.before?.get(name) ?? {loaded: 0, seconds: 0};
      const seconds = now.seconds - before.seconds;
      this.before = (this.before ?? new Map()).set(name, now);
      const speed = seconds > 0 ? (now.loaded - before.loaded) / seconds : 0;
      return `${name}  HTTP ${mib(now.loadedHTTP)}  peers ${mib(now.loadedP2P)} MiB  ` +
        (now.ended ? `done in ${now.seconds.toFixed(1)} s` : `${mib(speed)} MiB/s`) +
        `  ${now.peers} ${now.peers === 1 ? 'peer' : 'peers'}`;
    }));
    this.lines.show(lines);
  }

  figures() {
    const pages = this.results.map(result => ({
      bytesHTTP: result.loadedHTTP,
      bytesP2P: result.loadedP2P,
      seconds: Number(result.seconds.toFixed(3)),
      sha256Ok: result.status === 200 && result.sha256 === this.sha256,
    }));
    return {pages, p2pShare: shareOf(pages)};
  }

  report() {
    const {pages, p2pShare} = this.figures();
    process.stdout.write('\n' + table(
      ['page', 'HTTP MiB', 'peers MiB', 'from peers', 'seconds', 'SHA-256'],
      pages.map((page, i) => [String(i + 1), mib(page.bytesHTTP), mib(page.bytesP2P),
        percent(shareOf([page])), page.seconds.toFixed(1), page.sha256Ok ? 'matches' : 'WRONG'])));
    process.stdout.write(`\nOf all bytes ${percent(p2pShare)} came from peers`);
    const later = this.cold ? [] : pages.slice(1);
    if (later.length > 0) {
      process.stdout.write(`, of those after the first page ${percent(shareOf(later))}`);
    }
    process.stdout.write(`. The origin sent ${mib(this.origin.bytesSent)} MiB.\n`);
  }

  async close() {
    await this.browser?.close();
    await this.tracker?.close({graceMs: 0});
    await this.origin?.close();
  }
}

/** @param {number} bytes */
const mib = bytes => (bytes / 2 ** 20).toFixed(1).padStart(5);
/** @param {number} part */
const percent = part => `${(part * 100).toFixed(1)}%`;

/** @param {{bytesHTTP: number, bytesP2P: number}[]} pages */
function shareOf(pages) {
  const sum = name => pages.reduce((total, page) => total + page[name], 0);
  return sum('bytesP2P') / Math.max(1, sum('bytesP2P') + sum('bytesHTTP'));
}

const demo = new Demo(given);
try {
  await demo.run();
  demo.report();
  const figures = demo.figures();
  if (demo.options.json) await writeFile(demo.options.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!figures.pages.every(page => page.sha256Ok)) process.exitCode = 1;
} finally {
  await demo.close();
}
