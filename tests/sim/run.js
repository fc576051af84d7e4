/**
 * `npm run sim`: runs scenarios in the simulator, which is built first if a
 * source of it has changed.
 *
 *   npm run sim -- flash
 *   npm run sim -- all --seeds 5 --json FILE
 *   npm run sim -- --help
 */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SIMULATOR = fileURLToPath(new URL('../../.build/release/tests/sim/peer5_sim', import.meta.url));

const child = spawn(SIMULATOR,
  ['--scenarios', fileURLToPath(new URL('scenarios', import.meta.url)), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    cwd: process.env.INIT_CWD ?? ROOT,
    // Gigabytes touched at random: with large pages the machine finds them sooner.
    env: {GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env},
  });
child.on('error', error => {
  process.stderr.write(`${SIMULATOR} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on('close', code => process.exit(code ?? 1));
