/** Runs the tools of the build, quietly unless they fail. */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: Record<string, string>, show?: boolean, cwd?: string}} [options]
 *   show: pass its output on as it comes; else only if it fails
 * @returns {Promise<string>} what it printed
 */
export function run(command, args, {env = {}, show = false, cwd = ROOT} = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: {...process.env, ...env},
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    child.stdout?.on('data', piece => output.push(piece));
    child.stderr?.on('data', piece => output.push(piece));
    child.on('error', error => reject(
      new Error(`${command} could not be started: ${error.message}`)));
    child.on('close', code => {
      const text = Buffer.concat(output).toString();
      if (code === 0) return resolve(text);
      const tail = text.split('\n').slice(-60).join('\n');
      reject(new Error(
        `${tail}\n${command} ${args.join(' ')} ended with ${code}`));
    });
  });
}

/**
 * Says what is being done and how long it took.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${what} …\n`);
  const timer = setInterval(
    () => process.stdout.write(`  … ${what}: ${seconds()} s\n`), 30_000);
  try {
    const result = await work();
    if (Number(seconds()) > 1) process.stdout.write(`  done in ${seconds()} s\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
