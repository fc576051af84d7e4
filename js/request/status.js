/**
 * The statuses that `peer5.Request` adds to HTTP's, and the errors that carry
 * them. They live on the constructor and its prototype, as UNSENT … DONE do.
 *
 * @module
 */

export const ERROR_STATUSES = Object.freeze({
  FILE_SIZE_ERR: 640,
  FIREFOX_ONLY_SWARM_ERR: 641,
  CHROME_ONLY_SWARM_ERR: 642,
  BROWSER_SWARM_COMPAT_ERR: 643,
  OUT_OF_SPACE_ERR: 644,
  WRITE_ERR: 645,
  VERIFICATION_ERR: 646,
  SWARMID_NOT_FOUND_ERR: 650,
  INVALID_RESPONSETYPE: 669,
});

/**
 * `Failure.code` of the engine, and what `status` then says. Absent: 0, as
 * for any network error.
 *
 * @type {Record<string, number>}
 */
const STATUS_OF = {
  'file-size': ERROR_STATUSES.FILE_SIZE_ERR,
  'firefox-only': ERROR_STATUSES.FIREFOX_ONLY_SWARM_ERR,
  'chrome-only': ERROR_STATUSES.CHROME_ONLY_SWARM_ERR,
  'unsupported': ERROR_STATUSES.BROWSER_SWARM_COMPAT_ERR,
  'out-of-space': ERROR_STATUSES.OUT_OF_SPACE_ERR,
  'write': ERROR_STATUSES.WRITE_ERR,
  'verification': ERROR_STATUSES.VERIFICATION_ERR,
  'not-found': ERROR_STATUSES.SWARMID_NOT_FOUND_ERR,
  'response-type': ERROR_STATUSES.INVALID_RESPONSETYPE,
};

/** What `event.error` is: a stable `code`, the `status`, and a sentence to act on. */
export class RequestError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.status = STATUS_OF[code] ?? 0;
  }
}

/** @param {string} doing */
export function invalidState(doing) {
  return new DOMException(
    `Failed to ${doing}: the request is not in a state that allows it.`, 'InvalidStateError');
}
