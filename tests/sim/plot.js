/**
 * Draws what `npm run sim -- NAME --curves FILE` wrote: for each scenario an
 * SVG of how many have the file by when, one line a policy, and the bound.
 *
 *   node tests/sim/plot.js FILE DIRECTORY
 */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = 48;
const COLOURS = {peer5: '#0a6', bittorrent: '#36c', 2013: '#b60'};

/**
 * @typedef {object} Curve
 * @property {string} policy
 * @property {number | null} bound seconds
 * @property {number[]} completions seconds from arrival, sorted
 */

/** @param {string} name @param {Curve[]} curves @returns {string} */
function draw(name, curves) {
  const longest = Math.max(1,
    ...curves.flatMap(curve => [curve.bound ?? 0, ...curve.completions.slice(-1)])) * 1.05;
  const x = seconds => (MARGIN + seconds / longest * (WIDTH - 2 * MARGIN)).toFixed(1);
  const y = part => (HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN)).toFixed(1);
  const text = (at, down, words, more = '') => `<text x="${at}" y="${down}" ${more}>${words}</text>`;
  const parts = [text(MARGIN, 24, `${name}: part that has the file, by seconds from arrival`)];
  for (const part of [0, 0.5, 1]) {
    parts.push(`<path d="M${x(0)} ${y(part)}H${x(longest)}" stroke="#ddd"/>`,
      text(8, y(part), `${part * 100}%`));
  }
  for (const quarter of [0.25, 0.5, 0.75, 1]) {
    parts.push(text(x(longest * quarter), HEIGHT - 24, (longest * quarter).toFixed(0)));
  }
  const bound = curves[0].bound;
  if (bound) parts.push(`<path d="M${x(bound)} ${y(0)}V${y(1)}" stroke="#999" stroke-dasharray="4"/>`);
  curves.forEach(({policy, completions}, i) => {
    const steps = completions.map((t, done) => `L${x(t)} ${y((done + 1) / completions.length)}`);
    parts.push(`<path d="M${x(0)} ${y(0)}${steps.join('')}" fill="none" stroke="${COLOURS[policy]}"/>`,
      text(WIDTH - MARGIN - 72, HEIGHT - MARGIN - 12 - 16 * i, policy, `fill="${COLOURS[policy]}"`));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>\n`;
}

const [file, directory] = process.argv.slice(2);
if (!file || !directory) {
  process.stderr.write('node tests/sim/plot.js FILE DIRECTORY\n');
  process.exit(1);
}
await mkdir(directory, {recursive: true});
for (const [name, curves] of Object.entries(JSON.parse(await readFile(file, 'utf8')))) {
  await writeFile(join(directory, `${name}.svg`), draw(name, curves));
}
