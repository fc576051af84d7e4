/**
 * Everything a fresh machine needs, then a build: system packages, npm
 * packages, wasm, bundles. Does only what is missing, so that a second run
 * takes a moment. Plain Node, no packages.
 *
 *   node js/build/setup.js [--for test|sim] [--quiet]
 */
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {run, step, ROOT} from './run.js';
import {NEEDS, canInstall} from './system.js';

const {values: options} = parseArgs({
  options: {for: {type: 'string', default: 'start'}, quiet: {type: 'boolean'}},
});

/** What is built for whom. */
const TARGETS_FOR = {
  start: ['wasm', 'bundle'],
  test: ['wasm', 'bundle', 'wasm-tests', 'debug'],
  sim: ['simulator'],
};

async function installSystemPackages() {
  const missing = NEEDS.filter(
    need => !(need.testsOnly && options.for !== 'test') && !need.present());
  if (missing.length === 0) return;
  const packages = missing.flatMap(need => need.packages);
  const {possible, sudo} = canInstall();
  if (!possible) {
    throw new Error(
      'These are needed and not here:\n' +
      missing.map(need => `  - ${need.what}`).join('\n') +
      '\nInstall them with your system’s package manager and run this again. ' +
      `On Debian 12, as root: apt-get install ${packages.join(' ')}`);
  }
  const apt = args => run(sudo ? 'sudo' : 'apt-get',
    sudo ? ['apt-get', ...args] : args, {env: {DEBIAN_FRONTEND: 'noninteractive'}});
  await step(`Installing system packages: ${packages.join(', ')}`, async () => {
    await apt(['update', '-qq']);
    await apt(['install', '-y', '--no-install-recommends', ...packages]);
  });
  const still = NEEDS.filter(need => missing.includes(need) && !need.present());
  if (still.length > 0) {
    throw new Error('Installed, and still not usable: ' +
      still.map(need => need.what).join('; '));
  }
}

async function installNpmPackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  const stamp = join(ROOT, '.build/npm-stamp');
  const installed = existsSync(join(ROOT, 'node_modules')) &&
    existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
  if (installed) return;
  await step('Installing npm packages', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  mkdirSync(join(ROOT, '.build'), {recursive: true});
  writeFileSync(stamp, digest);
}

try {
  await installSystemPackages();
  await installNpmPackages();
  const {build} = await import('./build.js');
  await build(TARGETS_FOR[options.for], {quiet: options.quiet});
} catch (error) {
  process.stderr.write(`\nSet-up stopped. ${error.message}\n`);
  process.exit(1);
}
