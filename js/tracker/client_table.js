/**
 * The open sockets by their numbers, in as many parts as a round of pings has
 * steps: written to all at once, twenty thousand of them would keep everybody
 * waiting for half a second.
 *
 * @module
 */

/** A power of two, so that numbers fall into parts evenly. */
export const PARTS = 256;

/** @template {{conn: number}} Client */
export class ClientTable {
  constructor() {
    /** @type {Map<number, Client>[]} */
    this.parts = Array.from({length: PARTS}, () => new Map());
    this.size = 0;
  }

  /** @param {number} conn */
  get(conn) {
    return this.parts[conn % PARTS].get(conn);
  }

  /** @param {Client} client */
  add(client) {
    this.parts[client.conn % PARTS].set(client.conn, client);
    this.size += 1;
  }

  /** @param {number} conn @returns {boolean} whether it was there */
  delete(conn) {
    const there = this.parts[conn % PARTS].delete(conn);
    if (there) this.size -= 1;
    return there;
  }

  /** @param {number} part 0..PARTS-1 */
  part(part) {
    return this.parts[part].values();
  }

  /** @returns {Client[]} */
  takeAll() {
    const all = this.parts.flatMap((part) => [...part.values()]);
    for (const part of this.parts) part.clear();
    this.size = 0;
    return all;
  }
}
