/** Opens test pages and gathers what they log. */
import {fileURLToPath} from 'node:url';
import {startOrigin} from './origin.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * An origin that serves the shim's sources, with the stand-in where the engine
 * is, what is built of them, and these pages.
 *
 * @param {Record<string, {html: string, headers?: Record<string, string>}>} pages
 */
export function startWithStandin(pages) {
  return startOrigin({
    pages,
    mounts: [
      {prefix: '/js/engine/engine.js', dir: here('standin_engine.js')},
      {prefix: '/js/', dir: here('../../../js')},
      {prefix: '/dist/', dir: here('../../../dist')},
      {prefix: '/node_modules/', dir: here('../../../node_modules')},
      {prefix: '/', dir: here('.')},
    ],
  });
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 */
export async function openPage(browser, url) {
  const page = await browser.newPage({type: 'window'});
  /** @type {string[]} */
  const logs = [];
  page.on('console', (message) => logs.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => logs.push(`thrown: ${error}`));
  await page.goto(url);
  await page.waitForFunction('globalThis.ready');
  return {page, logs};
}
