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
import {setGlobalOptions} from './options.js';
import {getAllLocalResources, getLocalResource, removeResource} from './resources.js';
import {COMPATIBILITY, getCompatabilityStatus, getCompatibilityStatus} from './support.js';

export {Request} from './request/request.js';
export {RequestError} from './request/status.js';
export {SwarmStateEvent} from './request/events.js';
export {setGlobalOptions} from './options.js';
export {getAllLocalResources, getLocalResource, removeResource} from './resources.js';
export {getCompatabilityStatus, getCompatibilityStatus} from './support.js';
export const {DATACHANNELS_ERROR, WEBSOCKETS_ERROR, FILESYSTEM_ERROR} = COMPATIBILITY;

/** @typedef {import('./request/transfers.js').RequestOptions} RequestOptions */
/** @typedef {import('./engine/types.js').GlobalOptions} GlobalOptions */
/** @typedef {import('./engine/types.js').FileInfo} FileInfo */

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
