/** Links and bundles of the sharing page. */
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {PlainReader} from '../../../web/lib/encryption/decrypted_reader.js';
import {BundleError, pack, safePath, unpack} from '../../../web/lib/sharing/bundle.js';
import {fragmentOf, parseFragment} from '../../../web/lib/sharing/link.js';

const SHARED = {swarmId: '0123456789abcdef'.repeat(4), key: new Uint8Array(16).fill(251),
  name: 'Übersicht & Plan #2.pdf', type: 'application/pdf', size: 12345, count: 1};

describe('a link', () => {
  test('says what it was made of', () => {
    assert.deepEqual(parseFragment(fragmentOf(SHARED)), SHARED);
    const several = {...SHARED, key: null, type: '', count: 3};
    assert.deepEqual(parseFragment(fragmentOf(several)), several);
  });

  test('with a long name keeps its beginning and its end', () => {
    const parsed = parseFragment(fragmentOf({...SHARED, name: `${'long '.repeat(50)}end.pdf`}));
    assert.match(parsed.name, /^long .*….*end\.pdf$/);
    assert.ok(parsed.name.length <= 80);
  });

  test('that was cut or mistyped is none', () => {
    const whole = fragmentOf(SHARED);
    for (const text of ['', '#', '#x', whole.slice(0, 20), whole.replace('k=', 'k=!'), whole.replace(/k=./, 'k='),
      whole.replace(/s=.*/, 's=-1'), whole.replace(/&s=.*/, '')]) {
      assert.equal(parseFragment(text), null, text);
    }
  });
});

describe('a bundle', () => {
  const files = [
    {path: 'album/one.txt', file: new Blob(['one'], {type: 'text/plain'})},
    {path: 'album/empty', file: new Blob([])},
    {path: 'two.bin', file: new Blob([new Uint8Array([1, 2, 3])])},
  ];

  test('gives the files back, in their places', async () => {
    const blob = pack(files);
    const entries = await unpack(new PlainReader(blob));
    assert.deepEqual(entries.map(({path, size, type}) => [path, size, type]),
      [['album/one.txt', 3, 'text/plain'], ['album/empty', 0, ''], ['two.bin', 3, '']]);
    const [one] = entries;
    assert.equal(await blob.slice(one.start, one.start + one.size).text(), 'one');
  });

  test('that is cut, padded or nonsense is refused', async () => {
    const blob = pack(files);
    const list = json => {
      const bytes = new TextEncoder().encode(json);
      return new Blob([new Uint8Array([0, 0, 0, bytes.length]), bytes]);
    };
    for (const bad of [new Blob([]), blob.slice(0, 10), blob.slice(0, blob.size - 1), new Blob([blob, 'x']),
      new Blob([new Uint8Array([255, 255, 255, 255, 1])]), list('nonsense'), list('{}'),
      list('{"files": [{"path": "a", "size": -1, "type": ""}]}')]) {
      await assert.rejects(unpack(new PlainReader(bad)), BundleError);
    }
  });

  test('never leads out of the folder that it is saved in', () => {
    assert.equal(safePath('../../etc/passwd'), 'etc/passwd');
    assert.equal(safePath('/root\\..\\x'), 'root/x');
    assert.equal(safePath('..'), 'file');
    assert.equal(safePath('a/./b'), 'a/b');
    assert.equal(safePath('nul\u0000l?.txt'), 'nul_l_.txt');
    assert.equal(safePath('.hidden'), '.hidden');
  });
});
