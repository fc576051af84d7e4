/**
 * peer5: an XMLHttpRequest whose bytes may come from other visitors of the page.
 *
 * ```js
 * import peer5 from 'peer5';
 *
 * peer5.setGlobalOptions({tracker: 'wss://tracker.example'});
 * const request = new peer5.Request();
 * request.open('GET', '/big.file');
 * ```
 *
 * @module
 */
import {Request} from './request/request.js';
import {RequestError} from './request/status.js';
import {SwarmStateEvent} from './request/events.js';
import {rehearseWhenIdle} from './request/rehearsal.js';
import {setGlobalOptions} from './options.js';
import {getAllLocalResources, getLocalResource, removeResource} from './resources.js';
import {COMPATIBILITY, getCompatabilityStatus, getCompatibilityStatus} from './support.js';

// Not `export … from`: the declarations that are made of it would lack the imports.
export {Request, RequestError, SwarmStateEvent, setGlobalOptions, getAllLocalResources, getLocalResource,
  removeResource, getCompatabilityStatus, getCompatibilityStatus};
export const {DATACHANNELS_ERROR, WEBSOCKETS_ERROR, FILESYSTEM_ERROR} = COMPATIBILITY;

if (globalThis.document) rehearseWhenIdle();

/** @typedef {import('./request/transfers.js').RequestOptions} RequestOptions */
/** @typedef {import('./engine/types.js').GlobalOptions} GlobalOptions */
/** @typedef {import('./engine/types.js').FileInfo} FileInfo */
/** @typedef {import('./request/public_types.js').SourcesEvent} SourcesEvent */
/** @typedef {import('./request/public_types.js').FailureEvent} FailureEvent */

export default {
  Request,
  setGlobalOptions,
  getAllLocalResources,
  getLocalResource,
  removeResource,
  getCompatabilityStatus,
  getCompatibilityStatus,
  ...COMPATIBILITY,
};
