/**
 * `npm run bench`: each figure in one interleaved run against its reference,
 * medians with the middle half.
 *
 *   npm run bench -- --only p2p_goodput_ratio,bundle_gzip_bytes --json FILE
 */
import {readdir, writeFile} from 'node:fs/promises';
import {Command} from 'commander';

/**
 * @typedef {object} Figure
 * @property {number} value
 * @property {string} unit
 * @property {string} goal in words
 * @property {string[]} notes what was measured, with spread
 */

const {only, json} = new Command('bench')
  .option('--only <names>', 'some of them, separated by commas')
  .option('--json <file>', 'write the figures there')
  .parse()
  .opts();

const FIGURES = new URL('figures/', import.meta.url);
const names = (await readdir(FIGURES)).map(file => file.replace(/\.js$/, '')).sort();
const wanted = only?.split(',') ?? names;
for (const name of wanted) {
  if (names.includes(name)) continue;
  process.stderr.write(`There is no figure “${name}”; there are: ${names.join(', ')}\n`);
  process.exit(1);
}

const results = {};
for (const name of wanted) {
  process.stdout.write(`${name} …\n`);
  const {measure} = await import(new URL(`${name}.js`, FIGURES).href);
  /** @type {Figure} */
  const {value, unit, goal, notes} = await measure();
  results[name] = {value, unit, goal};
  for (const note of notes) process.stdout.write(`    ${note}\n`);
  process.stdout.write(`  ${name} = ${Number(value.toPrecision(4))} ${unit} (goal: ${goal})\n`);
}
if (json) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
