/** Encrypted shares: what comes out of them, and what does not. */
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {describe, test} from 'node:test';
import {Cipher, decryptedSize, DecryptionError, encryptedSize, KEY_SIZE, PLAIN_SIZE, RECORD_SIZE}
  from '../../../web/lib/encryption/cipher.js';
import {DecryptedReader, PlainReader} from '../../../web/lib/encryption/decrypted_reader.js';
import {EncryptedBlob} from '../../../web/lib/encryption/encrypted_blob.js';

/** @param {{read: Function, size: number}} reader @param {number} [start] @param {number} [end] */
async function readAll(reader, start = 0, end = reader.size) {
  const pieces = [];
  for await (const piece of reader.read(start, end)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param {Blob} blob */
const bytesOf = async blob => Buffer.from(await blob.arrayBuffer());

describe('encryption', () => {
  for (const size of [0, 1, PLAIN_SIZE - 1, PLAIN_SIZE, PLAIN_SIZE + 1, 20 * PLAIN_SIZE + 7]) {
    test(`${size} bytes come back as they were`, async () => {
      const plain = randomBytes(size);
      const cipher = await Cipher.generate();
      const encrypted = new EncryptedBlob(new Blob([plain]), cipher);
      const ciphertext = await bytesOf(encrypted);
      assert.equal(ciphertext.length, encryptedSize(size));
      assert.equal(decryptedSize(ciphertext.length), size);
      assert.deepEqual(await readAll(new DecryptedReader(new Blob([ciphertext]), cipher)), plain);
    });
  }

  test('any part of the ciphertext is the same bytes, however it is read', async () => {
    const cipher = await Cipher.generate();
    const encrypted = new EncryptedBlob(new Blob([randomBytes(3 * RECORD_SIZE)]), cipher);
    const whole = await bytesOf(encrypted);
    for (const [start, end] of [[0, 5], [RECORD_SIZE - 2, RECORD_SIZE + 2], [7, 3 * RECORD_SIZE],
      [RECORD_SIZE, 2 * RECORD_SIZE], [-9, undefined], [50, 20], [5, 1e9]]) {
      const part = encrypted.slice(start, end);
      assert.deepEqual(await bytesOf(part), whole.subarray(start, end), `${start} to ${end}`);
      assert.equal(part.size, whole.subarray(start, end).length);
      assert.deepEqual(await bytesOf(part.slice(1)), whole.subarray(start, end).subarray(1));
    }
  });

  test('any part of the plaintext can be read alone', async () => {
    const plain = randomBytes(20 * PLAIN_SIZE);
    const cipher = await Cipher.generate();
    const ciphertext = await bytesOf(new EncryptedBlob(new Blob([plain]), cipher));
    const reader = new DecryptedReader(new Blob([ciphertext]), cipher);
    for (const [start, end] of [[0, 1], [PLAIN_SIZE - 1, PLAIN_SIZE + 1], [3, 19 * PLAIN_SIZE], [20, 20]]) {
      assert.deepEqual(await readAll(reader, start, end), plain.subarray(start, end));
      assert.deepEqual(await readAll(new PlainReader(new Blob([plain])), start, end), plain.subarray(start, end));
    }
  });

  test('a block of a swarm can be checked and decrypted without the others', async () => {
    const plain = randomBytes(5 * PLAIN_SIZE);
    const cipher = await Cipher.generate();
    const ciphertext = await bytesOf(new EncryptedBlob(new Blob([plain]), cipher));
    const blockSize = 2 * RECORD_SIZE;
    const second = ciphertext.subarray(blockSize, 2 * blockSize);
    const records = [2, 3].map((index, i) => cipher.decryptRecord(index, false,
      second.subarray(i * RECORD_SIZE, (i + 1) * RECORD_SIZE)));
    assert.deepEqual(Buffer.concat(await Promise.all(records)), plain.subarray(2 * PLAIN_SIZE, 4 * PLAIN_SIZE));
  });

  test('a flipped bit anywhere is refused', async () => {
    const cipher = await Cipher.generate();
    const ciphertext = await bytesOf(new EncryptedBlob(new Blob([randomBytes(PLAIN_SIZE + 100)]), cipher));
    for (const at of [0, 1000, RECORD_SIZE - 1, RECORD_SIZE, ciphertext.length - 1]) {
      const changed = Buffer.from(ciphertext);
      changed[at] ^= 1;
      await assert.rejects(readAll(new DecryptedReader(new Blob([changed]), cipher)), DecryptionError, `at ${at}`);
    }
  });

  test('records that were swapped, cut off or doubled are refused', async () => {
    const cipher = await Cipher.generate();
    const ciphertext = await bytesOf(new EncryptedBlob(new Blob([randomBytes(3 * PLAIN_SIZE)]), cipher));
    const record = i => ciphertext.subarray(i * RECORD_SIZE, (i + 1) * RECORD_SIZE);
    for (const order of [[1, 0, 2], [0, 1], [0, 1, 2, 2], [2, 1, 0]]) {
      const changed = new Blob(order.map(record));
      await assert.rejects(readAll(new DecryptedReader(changed, cipher)), DecryptionError, String(order));
    }
    await assert.rejects(readAll(new DecryptedReader(new Blob([ciphertext.subarray(0, 9)]), cipher), 0, 0), DecryptionError);
  });

  test('another key opens nothing, and is known by its id', async () => {
    const [one, other] = await Promise.all([Cipher.generate(), Cipher.generate()]);
    const ciphertext = await bytesOf(new EncryptedBlob(new Blob(['secret']), one));
    await assert.rejects(readAll(new DecryptedReader(new Blob([ciphertext]), other)), DecryptionError);
    assert.notEqual(await one.keyId(), await other.keyId());
    assert.equal(await one.keyId(), await (await Cipher.of(one.keyBytes)).keyId());
  });

  test('AES-128-GCM as others know it', async () => {
    // One record of zeros under a key of zeros, nonce 1 then zeros; by Node's own OpenSSL.
    const {createCipheriv} = await import('node:crypto');
    const nonce = Buffer.alloc(12);
    nonce[0] = 1;
    const openssl = createCipheriv('aes-128-gcm', Buffer.alloc(KEY_SIZE), nonce);
    const expected = Buffer.concat([openssl.update(Buffer.alloc(40)), openssl.final(), openssl.getAuthTag()]);
    const cipher = await Cipher.of(new Uint8Array(KEY_SIZE));
    assert.deepEqual(await bytesOf(new EncryptedBlob(new Blob([Buffer.alloc(40)]), cipher)), expected);
  });
});
