/** Which browsers the tests of this folder run in; `BROWSERS=chromium` narrows it. */
import {findBrowser} from '../../../js/build/system.js';

export {launch} from '../harness/browsers.js';

/** @typedef {import('../harness/browsers.js').BrowserName} BrowserName */

export const BROWSERS = /** @type {BrowserName[]} */ (
  (process.env.BROWSERS ?? 'chromium,firefox').split(',')).filter((name) => findBrowser(name));
