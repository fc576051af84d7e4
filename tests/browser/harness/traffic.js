/**
 * Runs in a page before its scripts: keeps all that the page says to the
 * tracker and to peers, and all that it hears, in `globalThis.traffic`.
 *
 * It is sent to the page as source, so it may use nothing from around it.
 */
export function tapTraffic() {
  /** A character a byte. @type {string[]} */
  const traffic = [];
  const textOf = bytes => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  };
  const keep = message => traffic.push(typeof message === 'string' ? message : textOf(
    ArrayBuffer.isView(message) ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength) :
      new Uint8Array(message)));
  for (const {prototype} of [WebSocket, RTCDataChannel]) {
    const {send} = prototype;
    prototype.send = function (message) {
      keep(message);
      send.call(this, message);
    };
    const {set} = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
    Object.defineProperty(prototype, 'onmessage', {set(listener) {
      set.call(this, listener && (event => {
        keep(event.data);
        listener.call(this, event);
      }));
    }});
  }
  globalThis.traffic = {
    bytes: () => traffic.reduce((sum, {length}) => sum + length, 0),

    /** @param {number[]} needle @returns {boolean} whether these bytes went by, in one message */
    includes: needle => traffic.some(message => message.includes(String.fromCharCode(...needle))),
  };
}
