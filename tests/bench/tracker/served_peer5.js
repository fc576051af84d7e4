/** This tracker, as a process that answers how much it has used. */
import {createTracker} from '../../../js/tracker/index.js';
import {answerUsage} from './served.js';

const MANY = 1e9;
const {guarded, ...options} = JSON.parse(process.argv[2]);
// Clients under load join more often in a minute than a visitor in a day, and
// don't report the connections that they never make.
const capacity = MANY;
const tracker = await createTracker(guarded ? {...options, core: {capacity}} : {
  ...options,
  limits: {maxSockets: MANY, socketsPerAddress: MANY, connectsPerMinute: MANY},
  core: {joinBurst: MANY, messageBurst: MANY, capacity},
});
await tracker.listen({port: 0});
answerUsage(tracker.url);
