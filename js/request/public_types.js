/**
 * What events are to code with types. A handler for these can be had from code
 * that knows XMLHttpRequest only, so their additions are optional, and of any
 * type: what is a number where peer5.Request is in play does not exist elsewhere.
 *
 * @module
 */

/**
 * @typedef {ProgressEvent<any> & {loadedHTTP?: any, loadedP2P?: any, loadedFS?: any}} SourcesEvent
 *   what each progress event is: bytes by source, which add up to `loaded`
 */

/** @typedef {SourcesEvent & {error?: any}} FailureEvent what `error` fires; its `error` is a RequestError */

/**
 * @template E
 * @typedef {((this: XMLHttpRequest, event: E) => any) | null} Handler
 */

export {};
