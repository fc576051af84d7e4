/** bittorrent-tracker, WebSocket only, as a process that answers how much it has used. */
import Server from 'bittorrent-tracker/server';
import {answerUsage} from './served.js';

const server = new Server({udp: false, http: false, ws: true, stats: false});
server.on('error', error => {
  throw error;
});
// Of answers to somebody who has left meanwhile: nothing to do about them.
server.on('warning', () => {});
server.listen(0, '127.0.0.1', () => {
  const {port} = /** @type {import('node:net').AddressInfo} */ (server.ws.address());
  answerUsage(`ws://127.0.0.1:${port}/`);
});
