/**
 * Memory a connected peer at 10,000 sockets, each in a swarm with others: what
 * the tracker's process has grown by, over what bittorrent-tracker's has.
 */
import {interleave, median, spread} from '../statistics.js';
import {underLoad} from '../tracker/processes.js';

const CLIENTS = 10_000;
const ROUNDS = 2;

/** @param {'peer5' | 'bittorrent'} protocol */
const bytesPerPeer = protocol =>
  underLoad(protocol, {clients: CLIENTS, swarms: 50, matchSize: 5, exchange: true}, async (tracker, _, before) => {
    // The first collection frees, the second finds the pages that are empty now.
    await tracker.ask('usage');
    const {rss} = await tracker.ask('usage');
    return (rss - before.rss) / CLIENTS;
  });

export async function measure() {
  const {ours, reference} = await interleave(ROUNDS, () => bytesPerPeer('peer5'), () => bytesPerPeer('bittorrent'));
  return {value: median(ours) / median(reference), unit: '×', goal: '≤ 0.5',
    notes: [
      `peer5: ${spread(ours, 0)} bytes a peer`,
      `bittorrent-tracker: ${spread(reference, 0)} bytes a peer`,
    ]};
}
