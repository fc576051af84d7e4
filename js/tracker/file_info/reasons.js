/**
 * Why the tracker does not vouch for a URL.
 *
 * @module
 */

/**
 * @typedef {'not-configured' | 'not-found' | 'not-shareable' | 'too-large' |
 *   'unreachable' | 'timeout' | 'busy' | 'changed'} Reason
 */

/** An expected failure of looking at a resource; its text is for page authors. */
export class NotVouched extends Error {
  /**
   * @param {Reason} reason
   * @param {string} text what happened and what to do about it
   */
  constructor(reason, text) {
    super(text);
    this.name = 'NotVouched';
    this.reason = reason;
  }
}
