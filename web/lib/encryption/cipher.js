/**
 * Encryption by records, each of which can be checked and decrypted alone.
 *
 * ```
 *   plaintext   |  65520  |  65520  |  65520  |  rest  |
 *   ciphertext  | 65520+16| 65520+16| 65520+16| rest+16|     16: GCM's tag
 *   nonce            0         1         2      last, 3
 * ```
 *
 * A record of ciphertext is 64 KiB, the smallest block that swarms have, and
 * blocks are powers of two: so every block is a whole number of records.
 *
 * AES-128-GCM (NIST SP 800-38D) with a random key for each share. The nonce is
 * the record's number and, in its first byte, whether it is the last: records
 * can't be reordered, left out or cut off (the STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár). One key never encrypts two plaintexts, so
 * no nonce is used twice.
 *
 * @module
 */

/** Bytes of ciphertext in a record, the last one excepted. */
export const RECORD_SIZE = 64 * 1024;
const TAG_SIZE = 16;
/** Bytes of plaintext in a record, the last one excepted. */
export const PLAIN_SIZE = RECORD_SIZE - TAG_SIZE;
/** Bytes. */
export const KEY_SIZE = 16;

const NONCE_SIZE = 12;
const KEY_ID_SIZE = 8;
const KEY_ID_LABEL = new TextEncoder().encode('peer5 share key');

/** @param {number} plainSize */
export function recordCount(plainSize) {
  return Math.max(1, Math.ceil(plainSize / PLAIN_SIZE));
}

/** @param {number} plainSize @returns {number} bytes of ciphertext */
export function encryptedSize(plainSize) {
  return plainSize + TAG_SIZE * recordCount(plainSize);
}

/** @param {number} cipherSize @returns {number} bytes of plaintext, negative if there is none of this size */
export function decryptedSize(cipherSize) {
  return cipherSize - TAG_SIZE * Math.ceil(cipherSize / RECORD_SIZE);
}

/** The ciphertext was changed, or the key is another. */
export class DecryptionError extends Error {
  constructor() {
    super('What came could not be decrypted: it was changed, or the key in the link is not its key.');
    this.name = 'DecryptionError';
  }
}

/** @param {number} index @param {boolean} isLast */
function nonceOf(index, isLast) {
  const nonce = new Uint8Array(NONCE_SIZE);
  nonce[0] = isLast ? 1 : 0;
  new DataView(nonce.buffer).setBigUint64(NONCE_SIZE - 8, BigInt(index));
  return nonce;
}

export class Cipher {
  #key;

  /** @param {Uint8Array<ArrayBuffer>} keyBytes @param {CryptoKey} key */
  constructor(keyBytes, key) {
    /** To be kept in the link's fragment, and nowhere else. */
    this.keyBytes = keyBytes;
    this.#key = key;
  }

  /** With a key of its own. */
  static generate() {
    return Cipher.of(crypto.getRandomValues(new Uint8Array(KEY_SIZE)));
  }

  /** @param {Uint8Array<ArrayBuffer>} keyBytes */
  static async of(keyBytes) {
    const key = await crypto.subtle.importKey('raw', keyBytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return new Cipher(keyBytes, key);
  }

  /**
   * Tells whether a key is the right one before anything was decrypted. It may
   * be known to all: a random key does not follow from its hash.
   *
   * @returns {Promise<string>} hex digits
   */
  async keyId() {
    const input = new Uint8Array([...KEY_ID_LABEL, ...this.keyBytes]);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input));
    return Array.from(digest.subarray(0, KEY_ID_SIZE), byte => byte.toString(16).padStart(2, '0')).join('');
  }

  /** @param {number} index @param {boolean} isLast @param {BufferSource} plaintext */
  async encryptRecord(index, isLast, plaintext) {
    return new Uint8Array(await crypto.subtle.encrypt(
      {name: 'AES-GCM', iv: nonceOf(index, isLast)}, this.#key, plaintext));
  }

  /**
   * @param {number} index @param {boolean} isLast @param {BufferSource} ciphertext
   * @throws {DecryptionError}
   */
  async decryptRecord(index, isLast, ciphertext) {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(
        {name: 'AES-GCM', iv: nonceOf(index, isLast)}, this.#key, ciphertext));
    } catch {
      throw new DecryptionError();
    }
  }
}
