/**
 * The table of cases. Each says which clause of https://xhr.spec.whatwg.org/
 * it is about, and runs against native XMLHttpRequest, against peer5.Request
 * where nothing is eligible, and against peer5.Request with a tracker set.
 *
 * | field | meaning |
 * | --- | --- |
 * | `clause` | fragment of the standard's URL |
 * | `p2p` | true: with a tracker set the engine must have served it; 'maybe': may have |
 * | `times` | … so many requests, 1 if not given |
 * | `pieces` | the clock decides how many progress events there are |
 * | `differs` | browsers whose native class departs from the standard here, and how |
 * | `expected`, `expectedResult` | what the standard says then: log and result |
 */
import {events} from './events.js';
import {headers} from './headers.js';
import {network} from './network.js';
import {reentrancy} from './reentrancy.js';
import {redirects} from './redirects.js';
import {responses} from './responses.js';
import {shape} from './shape.js';
import {synchronous} from './synchronous.js';
import {timeouts} from './timeouts.js';
import {uploads} from './uploads.js';

export const cases = [
  ...events, ...reentrancy, ...timeouts, ...responses, ...headers, ...network, ...redirects, ...uploads, ...synchronous, ...shape];
