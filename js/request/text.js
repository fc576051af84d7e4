/**
 * Bytes to text, as a request's `responseText` and `json` have it.
 *
 * @module
 */

/**
 * https://encoding.spec.whatwg.org/#bom-sniff
 *
 * @param {Uint8Array} bytes
 */
function encodingOfBOM(bytes) {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return null;
}

/** @param {Uint8Array} bytes @param {RegExp} pattern first group: the label */
function declared(bytes, pattern) {
  const start = String.fromCharCode(...bytes.subarray(0, 1024));
  // What can be read as ASCII is not UTF-16, whatever it says.
  return pattern.exec(start)?.[1].replace(/^utf-16.*/i, 'utf-8') ?? null;
}

const XML_DECLARATION = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;
const META_CHARSET = /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i;

/** @param {string | null} label */
function decoderFor(label) {
  try {
    return new TextDecoder(label ?? 'utf-8');
  } catch {  // no encoding of that name: the standard falls back to UTF-8
    return new TextDecoder();
  }
}

/** A declaration inside the document counts if it is among its first bytes. */
const SNIFF_BYTES = 1024;

/** @param {Uint8Array} start @param {'' | 'xml' | 'html'} sniff */
function canTell(start, sniff) {
  if (sniff) return start.length >= SNIFF_BYTES;
  return start.length >= 3 || start[0] < 0xef;
}

/**
 * Text that grows as bytes come, decoded no more than once.
 *
 * `restart()` begins again from the first byte without showing less than was
 * shown: a reader that consumes `responseText` from an index must never see
 * two versions spliced, so `diverged` tells when the new text isn't the old
 * one's continuation.
 */
export class GrowingText {
  /** @type {Uint8Array[]} */
  #waiting = [];
  /** @type {TextDecoder | null} */
  #decoder = null;
  #text = '';
  #shown = '';
  /** Bytes taken in since the (re)start. */
  size = 0;
  diverged = false;

  /** @param {Uint8Array} bytes kept until they are decoded */
  push(bytes) {
    this.#waiting.push(bytes);
    this.size += bytes.length;
  }

  restart() {
    this.#shown = this.value;
    this.#waiting = [];
    this.#decoder = null;
    this.#text = '';
    this.size = 0;
  }

  /**
   * Decodes what has come.
   *
   * @param {string | null} charset from outside the text
   * @param {{last: boolean, sniff: '' | 'xml' | 'html'}} how `last`: all has come;
   *   `sniff`: where else the text may declare its encoding
   */
  decode(charset, {last, sniff}) {
    if (!this.#decoder) {
      if (!this.size && !last) return this.value;
      const start = joinBytes(this.#waiting);
      this.#waiting = [start];
      if (!last && !canTell(start, charset ? '' : sniff)) return this.value;
      const found = sniff === 'xml' ? declared(start, XML_DECLARATION)
        : sniff === 'html' ? declared(start, META_CHARSET) : null;
      this.#decoder = decoderFor(encodingOfBOM(start) ?? charset ?? found);
    }
    for (const bytes of this.#waiting) this.#text += this.#decoder.decode(bytes, {stream: true});
    this.#waiting = [];
    if (last) this.#text += this.#decoder.decode();
    if (last || this.#text.length >= this.#shown.length) {
      this.diverged ||= !this.#text.startsWith(this.#shown);
      this.#shown = '';
    }
    return this.value;
  }

  /** Nothing was shown that the new text has not come up to. */
  get isCaughtUp() {
    return !this.#shown;
  }

  get value() {
    return this.#shown || this.#text;
  }
}

/** @param {Uint8Array[]} parts */
export function joinBytes(parts) {
  if (parts.length === 1) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {BufferSource} bytes */
export function parseJSON(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {  // https://xhr.spec.whatwg.org/#json-response: failure is null
    return null;
  }
}
