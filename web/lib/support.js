/** Why peers can't be reached from here. */
import {TRACKER} from './tracker.js';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;

const WHY = {
  [peer5.DATACHANNELS_ERROR]: 'this browser, or its settings, has no WebRTC data channels',
  [peer5.WEBSOCKETS_ERROR]: 'this browser has no WebSockets',
};

/** What this browser lacks, '' if nothing. */
export async function whatIsMissing() {
  /** @type {number[]} */
  const codes = await peer5.getCompatibilityStatus();
  return codes.map(code => WHY[code]).filter(Boolean).join(', and ');
}

/** @returns {Promise<string>} '' if they can */
export async function whyNoPeers() {
  const missing = await whatIsMissing();
  if (missing) return missing;
  const answers = await fetch('/healthz').then(({ok}) => ok, () => false);
  return answers ? '' : `the tracker at ${TRACKER} does not answer`;
}
