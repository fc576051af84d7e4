/** The published types, as a page in TypeScript meets them: the package by its name. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('a page written in TypeScript compiles, with the declarations checked too', () => {
  const {status, stdout} = spawnSync(process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tests/node/types'], {cwd: ROOT, encoding: 'utf8'});
  assert.equal(stdout, '');
  assert.equal(status, 0);
});
