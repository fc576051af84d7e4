/** Starts the two browsers that the tests run in. */
import puppeteer from 'puppeteer-core';
import {existsSync} from 'node:fs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';

const CHROMIUM_ARGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows', '--disable-features=WebRtcHideLocalIpsWithMdns',
];

const FIREFOX_PREFS = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
};

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** Those of the two that this machine has; `BROWSERS=chromium` narrows it. */
export const BROWSERS = /** @type {BrowserName[]} */ (
  (process.env.BROWSERS ?? 'chromium,firefox').split(','))
  .filter((name) => existsSync(name === 'chromium' ? CHROMIUM : FIREFOX));

/** @param {BrowserName} name @param {string[]} [args] more for Chromium's command line */
export function launch(name, args = []) {
  if (name === 'chromium') {
    return puppeteer.launch({
      executablePath: CHROMIUM, headless: true, args: [...CHROMIUM_ARGS, ...args],
      protocolTimeout: 120_000,
    });
  }
  return puppeteer.launch({
    browser: 'firefox', executablePath: FIREFOX, headless: true, protocol: 'webDriverBiDi',
    extraPrefsFirefox: FIREFOX_PREFS, protocolTimeout: 120_000,
  });
}
