/** What went wrong with a share, and what its user can do. */

const {Request} = /** @type {any} */ (globalThis).peer5;

/** @type {Record<number, string>} */
const WORDS = {
  [Request.SWARMID_NOT_FOUND_ERR]: 'Nobody shares this at the moment. Its sharer has closed the page, or the link is ' +
    'old: ask for a new one, or try again while the sharer’s page is open.',
  [Request.FIREFOX_ONLY_SWARM_ERR]: 'Everybody who has this uses Firefox, and your browser can’t connect to them. ' +
    'Open the link in Firefox.',
  [Request.CHROME_ONLY_SWARM_ERR]: 'Everybody who has this uses Chrome, and your browser can’t connect to them. ' +
    'Open the link in Chrome.',
  [Request.BROWSER_SWARM_COMPAT_ERR]: 'This browser, or its settings, can’t connect to other browsers. ' +
    'Open the link in another one.',
  [Request.FILE_SIZE_ERR]: 'This is too large to be shared: it would have more pieces than browsers keep track of.',
  [Request.OUT_OF_SPACE_ERR]: 'There is no space left for it in this browser. Free some space, then resume.',
  [Request.WRITE_ERR]: 'A file could not be read or written: it may have been changed, moved or removed. ' +
    'Choose it again.',
  [Request.VERIFICATION_ERR]: 'What others offer under this link is not what was shared, so nothing of it was ' +
    'used. Check the link.',
};

export const NO_KEY = 'This is encrypted, and the link lacks its key. Ask for the whole link, with all that is behind the #.';
export const WRONG_KEY = 'The key in this link is not the one that this was encrypted with. Ask for the link again, and copy all of it.';

/** @param {number} status of the request @param {string} otherwise */
export function describeProblem(status, otherwise) {
  return WORDS[status] ?? otherwise;
}
