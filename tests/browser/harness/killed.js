/** A visitor whose browser is killed in mid-download, and who comes again. */
import {mkdtemp, rm} from 'node:fs/promises';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {launch} from './browsers.js';

/** A browser's profile on disk, for as long as `use` takes. @template T @param {(profile: string) => Promise<T>} use */
export async function withProfile(use) {
  const profile = await mkdtemp(join(tmpdir(), 'peer5-profile-'));
  try {
    return await use(profile);
  } finally {
    await rm(profile, {recursive: true, force: true, maxRetries: 5});
  }
}

/** Runs in the page before its scripts: counts the blocks that have been hashed. */
function countHashes() {
  const {digest} = SubtleCrypto.prototype;
  globalThis.hashed = 0;
  SubtleCrypto.prototype.digest = async function (...given) {
    const result = await digest.apply(this, given);
    globalThis.hashed++;
    return result;
  };
}

/**
 * @param {import('./browsers.js').BrowserName} name
 * @param {import('./world.js').World} world
 * @param {{url: string, bytes: Buffer}} file
 * @param {number} killAt bytes that the origin has sent
 * @returns {Promise<{verified: number, stored: number, blockSize: number, result: import('./visitor.js').Result}>}
 *   verified: blocks, when the browser was killed; stored: those that were not fetched again;
 *   result: of the download that followed
 */
export function downloadKilledOnce(name, world, file, killAt) {
  return withProfile(async userDataDir => {
    const how = {responseType: 'blob'};
    const killed = await launch(name, {userDataDir});
    const first = await world.visitor(killed, {context: killed.defaultBrowserContext(), before: countHashes});
    const download = await first.get(file.url, how);
    await world.origin.sent(world.origin.bytesSent + killAt);
    const {blockSize} = await download.info();
    const verified = await first.page.evaluate(() => globalThis.hashed);
    const dead = once(killed.process(), 'exit');
    killed.process().kill('SIGKILL');
    await dead;
    const browser = await launch(name, {userDataDir});
    try {
      const second = await world.visitor(browser, {context: browser.defaultBrowserContext()});
      const result = await second.download(file.url, how);
      return {verified, stored: result.loadedFS / blockSize, blockSize, result};
    } finally {
      await browser.close();
    }
  });
}
