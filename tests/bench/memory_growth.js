/**
 * How much a page's processes grow during a download of a file far larger
 * than that: hybrid, with a peer, kept on disk, answered as a Blob.
 */
import {readFile, readdir} from 'node:fs/promises';
import {launch} from '../browser/harness/browsers.js';
import {withProfile} from '../browser/harness/killed.js';
import {World} from '../browser/harness/world.js';
import {LargeFile, digestInPage} from './large_file.js';

const EVERY_MS = 250;
/** The tracker reads and hashes the whole file; on a busy machine, 4 GiB take a while. */
const HASHED_WITHIN_MS = 180_000;

/** What the processes that run pages are called. */
const PAGE_PROCESS = {chromium: /--type=renderer/, firefox: /-contentproc.*\btab\b/};

/** @param {number} pid @returns {Promise<number[]>} all processes below it */
async function descendants(pid) {
  const parents = new Map();
  for (const name of await readdir('/proc')) {
    const status = /^\d+$/.test(name) && await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    if (status) parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
  }
  const found = new Set([pid]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [child, parent] of parents) if (found.has(parent)) found.add(child);
  }
  return [...found];
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {keyof typeof PAGE_PROCESS} name
 * @returns {Promise<number>} MB of memory of their own that pages have
 */
async function pagesMemory(browser, name) {
  let kib = 0;
  for (const pid of await descendants(browser.process().pid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!PAGE_PROCESS[name].test(command.replaceAll('\0', ' '))) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    for (const [, field] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+)/gm)) kib += Number(field);
  }
  return kib * 1024 / 1e6;
}

/** Samples it until it is told to stop. @param {() => Promise<number>} sample */
function watch(sample) {
  let most = 0;
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      most = Math.max(most, await sample());
      await new Promise(resolve => setTimeout(resolve, EVERY_MS));
    }
  })();
  return async () => {
    stopped = true;
    await watching;
    return most;
  };
}

/**
 * @param {'chromium' | 'firefox'} name
 * @param {number} size MiB
 */
export async function memoryGrowth(name, size) {
  const file = await new LargeFile(size, 80e6).listen();
  const world = await World.create({tracker: {origins: [file.origin]}});
  const closing = [];
  const blob = {responseType: 'blob'};
  try {
    /** A browser of its own, with a profile on disk. @param {'chromium' | 'firefox'} which */
    const visitorIn = async which => {
      const browser = await new Promise((opened, failed) => {
        const closed = withProfile(async userDataDir => {
          const browser = await launch(which, {userDataDir, networkEnabled: false});
          await new Promise(close => {
            closing.push({close, closed});
            opened(browser);
          });
          await browser.close();
        });
        closed.catch(failed);
      });
      const [blank] = await browser.pages();
      const visitor = await world.visitor(browser, {context: browser.defaultBrowserContext()});
      await blank.close();
      return {browser, visitor};
    };
    const {visitor: seeder} = await visitorIn('chromium');
    // The tracker hashes it first.
    seeder.page.setDefaultTimeout(HASHED_WITHIN_MS);
    const asking = await seeder.get(file.url, {options: {downloadMode: 'p2p'}, ...blob});
    await asking.info();
    await asking.abort({leaveSwarm: true});
    const seeding = await seeder.get(file.url, blob);
    await seeding.reached('loaded', file.size);

    const {browser, visitor} = await visitorIn(name);
    const before = await pagesMemory(browser, name);
    const stop = watch(() => pagesMemory(browser, name));
    const download = await visitor.get(file.url, blob);
    const {loadedP2P, loadedHTTP, seconds, ended} = await download.reached('loaded', file.size);
    const most = await stop();
    const digest = await visitor.page.evaluate(`(${digestInPage})(visitor.response(${download.id}))`);
    if (digest !== file.digest()) throw new Error('not the file');
    return {value: most - before, unit: 'MB', goal: '≤ 100', notes: [
      `${size} MiB in ${seconds.toFixed(0)} s${ended ? '' : ' and a little'}: ` +
        `${(loadedHTTP / 1e6).toFixed(0)} MB by HTTP, ${(loadedP2P / 1e6).toFixed(0)} MB from a peer`,
      `the page's processes: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`,
    ]};
  } finally {
    for (const {close} of closing) close();
    await Promise.all(closing.map(({closed}) => closed));
    await world.close();
    file.close();
  }
}
