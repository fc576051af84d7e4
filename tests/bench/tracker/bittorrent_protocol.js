/**
 * The same for bittorrent-tracker's WebSocket protocol, as WebTorrent's client
 * speaks it: the offers go with the announce, one for each peer wanted.
 */

/** @param {string} kind @param {number} index */
const id20 = (kind, index) => (kind + String(index).padStart(20, '0')).slice(-20).padStart(20, kind);

const OFFER_ID = Buffer.from('"offer_id":"');
const PEER_ID = Buffer.from('"peer_id":"');
const INFO_HASH = Buffer.from('"info_hash":"');
const ID_LENGTH = 20;

export class BittorrentClient {
  /**
   * @param {import('./load_socket.js').LoadSocket} socket
   * @param {number} index no two clients' are alike, over all generators
   * @param {import('./generator.js').Load} load
   */
  constructor(socket, index, load) {
    this.socket = socket;
    this.load = load;
    this.id = id20('p', index);
    this.joinedAt = 0;
    this.swarm = '';
    const sdp = load.description;
    const offers = Array.from({length: load.matchSize}, (_, i) =>
      ({offer: {type: 'offer', sdp}, offer_id: id20('o', i)}));
    this.offers = JSON.stringify(offers);
    this.answer = JSON.stringify({type: 'answer', sdp});
    socket.onMessage = message => this.#message(message);
  }

  /** @param {number} index of the swarm */
  join(index) {
    if (this.swarm) {
      this.#send(`"info_hash":"${this.swarm}","event":"stopped","uploaded":0,"downloaded":0,"left":1`);
    }
    this.swarm = id20('s', index);
    this.joinedAt = performance.now();
    this.#send(`"info_hash":"${this.swarm}","event":"started","uploaded":0,"downloaded":0,"left":1,` +
      `"numwant":${this.load.matchSize},"offers":${this.offers}`);
  }

  /** As a client does every few minutes. */
  report() {
    this.#send(`"info_hash":"${this.swarm}","event":"update","uploaded":0,"downloaded":0,"left":1`);
  }

  /** @param {string} fields */
  #send(fields) {
    this.socket.send(Buffer.from(`{"action":"announce","peer_id":"${this.id}",${fields}}`, 'latin1'), true);
  }

  /** @param {Buffer} message */
  #message(message) {
    if (message.includes('"failure reason"')) return this.load.refused(message.toString());
    const head = message.toString('latin1', 0, 40);
    if (head.includes('"offer"')) {
      this.load.matched();
      if (!this.load.exchange) return;
      this.#send(`"info_hash":"${valueAfter(message, INFO_HASH)}",` +
        `"to_peer_id":"${valueAfter(message, PEER_ID)}","offer_id":"${valueAfter(message, OFFER_ID)}",` +
        `"answer":${this.answer}`);
    } else if (head.includes('"answer"')) {
      this.load.answered();
    } else if (this.joinedAt > 0 && message.includes(this.swarm)) {
      this.load.joined(this, performance.now() - this.joinedAt);
      this.joinedAt = 0;
    }
  }
}

/** @param {Buffer} message @param {Buffer} key */
function valueAfter(message, key) {
  const at = message.lastIndexOf(key) + key.length;
  return message.toString('latin1', at, at + ID_LENGTH);
}
