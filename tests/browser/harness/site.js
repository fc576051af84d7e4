/** The demo site as `npm start` runs it, and its visitors. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs web/serve.js and waits until it says where. @param {string[]} args */
export async function serve(args) {
  const child = spawn(process.execPath, ['web/serve.js', ...args],
    {cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  for await (const chunk of child.stdout.iterator({destroyOnReturn: false})) {
    said += chunk;
    const url = /peer5 is at (http:\S+)\//.exec(said)?.[1];
    if (url && said.includes('Ctrl+C')) return {child, url, said};
  }
  throw new Error(`web/serve.js has ended, saying: ${said}`);
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number | null>} exit code */
export async function stop(child) {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return code;
}

/**
 * Each visitor has storage of its own.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {string[]} complaints where errors, and violations of the page's policy, are noted
 * @param {() => void} [before] runs in the page before its scripts
 */
export async function visitPage(browser, url, complaints, before = () => {}) {
  const page = await (await browser.createBrowserContext()).newPage();
  page.on('pageerror', error => complaints.push(`thrown: ${error}`));
  page.on('console', message => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  await page.evaluateOnNewDocument(before);
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation',
      event => console.error(`policy: ${event.violatedDirective}`));
  });
  await page.goto(url);
  return page;
}
