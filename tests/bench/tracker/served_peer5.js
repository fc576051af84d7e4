/** This tracker, as a process that answers how much it has used. */
import {createTracker} from '../../../js/tracker/index.js';
import {answerUsage} from './served.js';

const MANY = 1e9;
const tracker = await createTracker({
  ...JSON.parse(process.argv[2]),
  limits: {maxSockets: MANY, socketsPerAddress: MANY, connectsPerMinute: MANY},
  // Clients under load join more often in a minute than a visitor in a day, and
  // don't report the connections that they never make.
  core: {joinBurst: MANY, messageBurst: MANY, capacity: MANY},
});
await tracker.listen({port: 0});
answerUsage(tracker.url);
