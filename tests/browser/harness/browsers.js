/** Starts the browsers that tests, demo and benchmarks run in. */
import puppeteer from 'puppeteer-core';
import {findBrowser} from '../../../js/build/system.js';

/** @typedef {'chromium' | 'firefox'} BrowserName */

const CHROMIUM_ARGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  // Pages share one machine and are all hidden but one: they are to run as if
  // each were a visitor's front page.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  // mDNS names of local addresses need a responder that test machines lack.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const FIREFOX_PREFS = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
  // No process in reserve, whose memory would count as a page's.
  'dom.ipc.processPrelaunch.enabled': false,
};

/** A page that a crowd of others keeps from answering for so long is stuck. */
const PROTOCOL_TIMEOUT_MS = 180_000;

/**
 * @param {BrowserName} name
 * @param {{args?: string[], userDataDir?: string, networkEnabled?: boolean}} [options] more for
 *   Chromium's command line; a profile that stays; false: nobody watches the network, which keeps
 *   response bodies in the pages' memory
 * @returns {Promise<import('puppeteer-core').Browser>}
 */
export function launch(name, {args = [], userDataDir, networkEnabled = true} = {}) {
  const executablePath = findBrowser(name);
  if (!executablePath) {
    throw new Error(`No ${name} was found. Install it, or say where it is: ` +
      `PEER5_${name.toUpperCase()}=/path/to/${name}`);
  }
  const common = {executablePath, headless: true, userDataDir, networkEnabled,
    protocolTimeout: PROTOCOL_TIMEOUT_MS};
  return name === 'chromium' ?
    puppeteer.launch({...common, args: [...CHROMIUM_ARGS, ...args]}) :
    puppeteer.launch({...common, browser: 'firefox', protocol: 'webDriverBiDi',
      extraPrefsFirefox: FIREFOX_PREFS});
}
