/** The line at the foot of each page: the tracker, and why P2P is off if it is. */
import {TRACKER} from './tracker.js';

/** @type {any} */
const peer5 = /** @type {any} */ (globalThis).peer5;
const strip = /** @type {HTMLElement} */ (document.getElementById('strip'));

const WHY = {
  [peer5.DATACHANNELS_ERROR]: 'this browser has no WebRTC data channels',
  [peer5.WEBSOCKETS_ERROR]: 'this browser has no WebSockets',
};

async function describe() {
  peer5.setGlobalOptions({tracker: TRACKER});
  const missing = (await peer5.getCompatibilityStatus()).map(code => WHY[code]).filter(Boolean);
  if (missing.length > 0) return `Peers are off: ${missing.join(', ')}. Downloads come from the server.`;
  const healthy = await fetch('/healthz').then(({ok}) => ok, () => false);
  return healthy ? `Peers are on. Tracker: ${TRACKER}` :
    `The tracker at ${TRACKER} does not answer: downloads come from the server alone.`;
}

strip.textContent = await describe();
