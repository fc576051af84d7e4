/**
 * What this browser can do, and the one line that says what it can't.
 *
 * @module
 */

export const COMPATIBILITY = Object.freeze({
  DATACHANNELS_ERROR: 700,
  WEBSOCKETS_ERROR: 701,
  FILESYSTEM_ERROR: 702,
});

// Looked up at each call: a page, or its user's extension, may take them away.
function hasDataChannels() {
  return typeof globalThis.RTCPeerConnection === 'function' &&
    'createDataChannel' in globalThis.RTCPeerConnection.prototype;
}

const hasWebSockets = () => typeof globalThis.WebSocket === 'function';

async function hasFileSystem() {
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {  // plain http, private windows: blocks then go into a database
    return Boolean(globalThis.indexedDB);
  }
}

/**
 * What P2P lacks here; an empty array: nothing.
 *
 * @returns {Promise<number[]>}
 */
export async function getCompatibilityStatus() {
  const status = [];
  if (!hasDataChannels()) status.push(COMPATIBILITY.DATACHANNELS_ERROR);
  if (!hasWebSockets()) status.push(COMPATIBILITY.WEBSOCKETS_ERROR);
  if (!await hasFileSystem()) status.push(COMPATIBILITY.FILESYSTEM_ERROR);
  return status;
}

/**
 * The same under the spelling it was published with.
 *
 * @param {(status: number[]) => void} callback
 */
export function getCompatabilityStatus(callback) {
  void getCompatibilityStatus().then(callback);
}

const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** @type {string | undefined} */
let wasmProblem;

/**
 * Why no WebAssembly may run here, '' if it may. A content security policy
 * without 'wasm-unsafe-eval' refuses even the empty module.
 */
export function whyNoWasm() {
  if (wasmProblem !== undefined) return wasmProblem;
  wasmProblem = '';
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch {
    wasmProblem = 'WebAssembly may not run here; if the page has a Content-Security-Policy, ' +
      "add 'wasm-unsafe-eval' to its script-src";
  }
  return wasmProblem;
}

/**
 * Why nothing can come from peers on this page, '' if it can as far as is
 * known. Whether WebAssembly runs is not found out here: trying takes about a
 * millisecond, and starts threads that delay a request about to be sent.
 *
 * @param {boolean} needsTracker
 */
export function whyNoP2P(needsTracker) {
  if (!hasDataChannels()) return 'this browser, or its settings, has no WebRTC data channels';
  if (needsTracker && !hasWebSockets()) return 'this browser has no WebSocket';
  return wasmProblem ?? '';
}

let explained = false;

/** Tells the page's author once why its requests go by HTTP only. @param {string} why */
export function explainOnce(why) {
  if (explained) return;
  explained = true;
  console.info(`peer5: downloads use HTTP only: ${why}.`);
}
