/**
 * Runs in a page before its scripts: of the pieces of files that the page sends
 * to peers each twentieth is lost on the way. It stands between the product's
 * code and the data channel; the product knows nothing of it.
 *
 * It is sent to the page as source, so it may use nothing from around it. What
 * it has seen is in `globalThis.loss`.
 */
export function losesChunks() {
  const DATA = 0x11;
  const EVERY = 20;
  const {send} = RTCDataChannel.prototype;
  globalThis.loss = {chunks: 0, lost: 0, channel: null};
  RTCDataChannel.prototype.send = function (message) {
    if (message[0] === DATA) {
      const {ordered, maxRetransmits, maxPacketLifeTime} = this;
      loss.channel = {ordered, maxRetransmits, maxPacketLifeTime};
      if (++loss.chunks % EVERY === 0) {
        loss.lost++;
        return;
      }
    }
    send.call(this, message);
  };
}
