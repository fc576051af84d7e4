/**
 * What the project needs from the operating system, and how to get it. Plain
 * Node: this runs before anything is installed.
 */
import {execFileSync} from 'node:child_process';
import {accessSync, constants, existsSync, readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';

/** @param {string} name @returns {string | null} its path, if it is on PATH */
export function which(name) {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch { /* not here */ }
  }
  return null;
}

const anyOf = (...names) => () => names.some(name => which(name) !== null);

/** Browsers by environment variable first, so that a system may name its own. */
export function findBrowser(kind) {
  const names = kind === 'firefox' ?
    ['firefox-esr', 'firefox'] :
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const named = process.env[`PEER5_${kind.toUpperCase()}`];
  if (named) return named;
  for (const name of names) {
    const path = which(name);
    if (path) return path;
  }
  return null;
}

const OLDEST_EMSCRIPTEN = [3, 1, 6];

function emscriptenIsGood() {
  const emcc = which('emcc');
  if (!emcc) return false;
  const text = execFileSync(emcc, ['--version'], {encoding: 'utf8'});
  const version = /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number);
  if (!version) return false;
  for (let i = 0; i < 3; ++i) {
    if (version[i] !== OLDEST_EMSCRIPTEN[i]) {
      return version[i] > OLDEST_EMSCRIPTEN[i];
    }
  }
  return true;
}

/**
 * @typedef {object} Need
 * @property {string} what in words
 * @property {string[]} packages Debian's
 * @property {() => boolean} present
 * @property {boolean} [testsOnly]
 */

/** @type {Need[]} */
export const NEEDS = [
  {what: 'a C++20 compiler', packages: ['g++'], present: anyOf('g++', 'c++')},
  {what: 'CMake 3.22 or later', packages: ['cmake'], present: anyOf('cmake')},
  {what: 'Ninja', packages: ['ninja-build'], present: anyOf('ninja')},
  {
    what: `Emscripten ${OLDEST_EMSCRIPTEN.join('.')} or later (emcc)`,
    packages: ['emscripten'],
    present: emscriptenIsGood,
  },
  {
    what: 'GoogleTest’s sources in /usr/src/googletest',
    packages: ['googletest'],
    present: () => existsSync('/usr/src/googletest/CMakeLists.txt'),
    testsOnly: true,
  },
  {
    what: 'clang-format 14',
    packages: ['clang-format-14'],
    present: anyOf('clang-format-14'),
    testsOnly: true,
  },
  {
    what: 'Chromium (or PEER5_CHROMIUM=path)',
    packages: ['chromium'],
    present: () => findBrowser('chromium') !== null,
    testsOnly: true,
  },
  {
    what: 'Firefox (or PEER5_FIREFOX=path)',
    packages: ['firefox-esr'],
    present: () => findBrowser('firefox') !== null,
    testsOnly: true,
  },
  {
    what: 'Redis 7 or later (redis-server)',
    packages: ['redis-server'],
    present: anyOf('redis-server'),
    testsOnly: true,
  },
];

/** Whether Debian's package manager is here and we may use it. */
export function canInstall() {
  let debian = false;
  try {
    debian = /(^|\n)ID(_LIKE)?=.*debian/.test(
      readFileSync('/etc/os-release', 'utf8'));
  } catch { /* another system */ }
  const root = process.getuid?.() === 0;
  const sudo = !root && which('sudo') !== null;
  return {possible: debian && which('apt-get') !== null && (root || sudo), sudo};
}
