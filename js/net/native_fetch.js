/**
 * The browser's own fetch, taken when the script is loaded: by the time the
 * engine is, peer5/auto may have replaced the global by one that asks the
 * engine. Import this from what is loaded at once, and from what fetches.
 *
 * @module
 */
const {fetch} = globalThis;

/** @type {typeof globalThis.fetch} */
export const nativeFetch = (input, init) => fetch(input, init);
