/**
 * Why a socket is closed: WebSocket codes of the private range (RFC 6455,
 * section 7.4.2). The first eight are the core's CloseReason, in its order.
 *
 * @module
 */

/** @type {[number, string][]} */
export const CORE_CLOSE_REASONS = [
  [4000, 'no hello'],
  [4001, 'malformed message'],
  [4002, 'this client id belongs to somebody else'],
  [4003, 'replaced by a newer connection of the same client'],
  [4004, 'too many messages'],
  [4005, 'the tracker is full'],
  [4006, 'token refused'],
  [4007, 'protocol version not supported'],
];
/** Those of the first eight that no client comes to by being only unlucky: malformed messages, and far too many. */
export const OFFENCES = new Set([1, 4]);
export const TOO_SLOW = /** @type {[number, string]} */ ([4008, 'reads too slowly']);
export const TEXT_MESSAGE = /** @type {[number, string]} */ ([1003, 'binary messages only']);
export const GOING_AWAY = /** @type {[number, string]} */ ([1001, 'the tracker is shutting down']);
