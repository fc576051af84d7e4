/**
 * What a page author is told when a download fails.
 *
 * @module
 */

/** @typedef {import('./types.js').Failure} Failure */

/** In the order of FailReason in core/swarm/actions.h. @type {Failure['code'][]} */
const REASONS = ['network', 'network', 'not-found', 'firefox-only', 'chrome-only',
  'verification', 'tracker'];

/** @type {Partial<Record<Failure['code'], (url: string) => string>>} */
const WORDS = {
  'network': url => `${url} could not be read to its end, and no peer had the rest. ` +
    'The server may be unreachable, or not allow this page to read it (CORS).',
  'not-found': () => 'The tracker knows no such swarm: whoever shared it may have left. ' +
    'Ask for a new link, or try again while the sharer’s page is open.',
  'firefox-only': () => 'Everybody in this swarm uses Firefox: open the page in Firefox.',
  'chrome-only': () => 'Everybody in this swarm uses Chrome: open the page in Chrome.',
  'verification': () => 'What the tracker or a peer says of this file does not have the ' +
    'root hash that was asked for, so nothing of it was used. Check the link.',
  'file-size': () => 'A file of this size can’t be shared: it would have more blocks than ' +
    'peers keep track of.',
  'out-of-space': () => 'It does not fit into the storage that the browser gives this page, and ' +
    'is too large to be kept in memory. Free some space (peer5.removeResource), or ask for more: ' +
    'peer5.setGlobalOptions({spaceReqPrompt: true}).',
  'write': () => 'The disk could not be written to, and it is too large to be kept in memory.',
  'aborted': () => 'It needs other visitors or a tracker, and consent to connect to them ' +
    'was refused.',
  'tracker': () => 'The tracker could not be reached, and this download needs it to find ' +
    'peers. Check the tracker’s address, and that it is running.',
};

/**
 * @param {number | Failure['code']} reason FailReason, or the code itself
 * @param {string} [url]
 * @returns {Failure}
 */
export function failureOf(reason, url = 'the resource') {
  const code = typeof reason === 'number' ? REASONS[reason] ?? 'network' : reason;
  return {code, message: WORDS[code]?.(url) ?? code};
}
