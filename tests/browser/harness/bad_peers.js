/**
 * What makes a visitor a bad peer: functions that run in its page before its
 * scripts, and stand between the product's code and the data channel. The
 * product knows nothing of them.
 *
 * Each is sent to the page as source, so it may use nothing from around it.
 * What they have done so far is in `globalThis.misdeeds`.
 */

/** Every piece of the file that it sends has a wrong bit. */
export function sendsWrongBytes() {
  const DATA = 0x11;
  const {send} = RTCDataChannel.prototype;
  globalThis.misdeeds = 0;
  RTCDataChannel.prototype.send = function (message) {
    if (message[0] === DATA) {
      message = message.slice();
      message[message.length - 1] ^= 0x40;
      globalThis.misdeeds++;
    }
    send.call(this, message);
  };
}

/** It says what it has, and never sends any of it. */
export function neverAnswers() {
  const DATA = 0x11;
  const {send} = RTCDataChannel.prototype;
  globalThis.misdeeds = 0;
  RTCDataChannel.prototype.send = function (message) {
    if (message[0] === DATA) globalThis.misdeeds++;
    else send.call(this, message);
  };
}

/** Whatever it has, it says that it has everything; what it lacks, it refuses. */
export function claimsEverything() {
  const [HAVE, REFUSE, HEADER, PREFIX] = [0x14, 0x18, 5, 4];
  const {send} = RTCDataChannel.prototype;
  globalThis.misdeeds = 0;
  RTCDataChannel.prototype.send = function (message) {
    if (message[0] === REFUSE) globalThis.misdeeds++;
    if (message[0] === HAVE) {
      const isSeeder = [1, 0];
      const boast = new Uint8Array(HEADER + PREFIX + isSeeder.length);
      boast.set(message.subarray(0, HEADER + PREFIX));
      new DataView(boast.buffer).setUint32(1, PREFIX + isSeeder.length);
      boast.set(isSeeder, HEADER + PREFIX);
      message = boast;
    }
    send.call(this, message);
  };
}

/** It falls silent in the middle of its third block, and would leave. */
export function stopsMidBlock() {
  const DATA = 0x11;
  const {send} = RTCDataChannel.prototype;
  const chunks = 9;  // of four a block
  globalThis.misdeeds = 0;
  let sent = 0;
  RTCDataChannel.prototype.send = function (message) {
    if (message[0] === DATA && ++sent > chunks) globalThis.misdeeds++;
    else send.call(this, message);
  };
}
