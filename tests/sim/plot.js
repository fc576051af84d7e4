/**
 * Draws what `npm run sim -- NAME --policy all --curves FILE` wrote: for each
 * scenario an SVG of how many have the file by when, one line a policy, and the
 * bound.
 *
 *   node tests/sim/plot.js FILE DIRECTORY
 */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 128;
const TOP = 48;
const BOTTOM = 48;
/** A line is drawn through so many points: more would not be seen. */
const POINTS = 80;

const NAMES = {peer5: 'peer5', bittorrent: 'as BitTorrent', 2013: 'as in 2013'};

/** For a light page and for a dark one, whichever shows it. */
const STYLE = `
  svg { background: #fff; font: 13px system-ui, sans-serif; }
  text { fill: #24292f; }
  .grid { stroke: #d8dee4; }
  .bound { stroke: #57606a; stroke-dasharray: 5 4; }
  .line { fill: none; stroke-width: 2.5; }
  .peer5 { stroke: #087f5b; } text.peer5 { fill: #087f5b; stroke: none; font-weight: 600; }
  .bittorrent { stroke: #1c64c8; } text.bittorrent { fill: #1c64c8; stroke: none; }
  .p2013 { stroke: #b35900; } text.p2013 { fill: #b35900; stroke: none; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #e6edf3; }
    .grid { stroke: #30363d; }
    .bound { stroke: #9198a1; }
    .peer5 { stroke: #3ddc97; } text.peer5 { fill: #3ddc97; }
    .bittorrent { stroke: #6cb0ff; } text.bittorrent { fill: #6cb0ff; }
    .p2013 { stroke: #ffa657; } text.p2013 { fill: #ffa657; }
  }`;

/**
 * @typedef {object} Curve
 * @property {string} policy
 * @property {number | null} bound seconds
 * @property {number} peers those that stayed, done or not
 * @property {number[]} completions seconds from arrival, sorted
 * @property {number[]} serverBytes in each second of the run
 */

/** @param {string} policy */
const classOf = policy => policy === '2013' ? 'p2013' : policy;

/** A step below `longest` / 4 at least that reads well. @param {number} longest */
function tickStep(longest) {
  const power = 10 ** Math.floor(Math.log10(longest / 4));
  return [1, 2, 5, 10].map(n => n * power).filter(step => step <= longest / 3).at(-1) ?? power;
}

/** @param {string} title @param {Curve[]} curves @returns {string} */
function draw(title, curves) {
  const finished = curves.filter(({completions}) => completions.length > 0);
  const longest = Math.max(1,
    ...curves.map(({bound}) => bound ?? 0), ...finished.map(({completions}) => completions.at(-1))) * 1.04;
  const x = seconds => Number((LEFT + seconds / longest * (WIDTH - LEFT - RIGHT)).toFixed(1));
  const y = part => Number((HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)).toFixed(1));
  const text = (at, down, words, more = '') => `<text x="${at}" y="${down}"${more && ` ${more}`}>${words}</text>`;

  const parts = [text(LEFT, 26, title, 'font-weight="600"')];
  for (const part of [0, 0.5, 1]) {
    parts.push(`<path class="grid" d="M${x(0)} ${y(part)}H${x(longest)}"/>`,
      text(LEFT - 8, y(part) + 4, `${part * 100}%`, 'text-anchor="end"'));
  }
  for (let seconds = 0; seconds <= longest; seconds += tickStep(longest)) {
    parts.push(text(x(seconds), HEIGHT - BOTTOM + 20, String(seconds), 'text-anchor="middle"'));
  }
  parts.push(text(x(longest), HEIGHT - 8, 'seconds from arrival', 'text-anchor="end"'));

  const {bound} = curves[0];
  if (bound) {
    parts.push(`<path class="bound" d="M${x(bound)} ${y(0)}V${y(1)}"/>`,
      text(x(bound), y(1) - 6, 'bound', 'text-anchor="middle"'));
  }
  curves.forEach(({policy, completions, peers, serverBytes}, i) => {
    const each = Math.max(1, completions.length / POINTS);
    let path = `M${x(0)} ${y(0)}H${x(completions[0] ?? 0)}`;
    for (let done = 1; done < completions.length + each; done += each) {
      const n = Math.min(completions.length, Math.round(done));
      if (n > 0) path += `L${x(completions[n - 1])} ${y(n / peers)}`;
    }
    path += `H${x(longest)}`;
    const share = Math.floor(completions.length / peers * 100);
    const down = TOP + 20 + 38 * i;
    parts.push(`<path class="line ${classOf(policy)}" d="${path}"/>`,
      text(WIDTH - RIGHT + 12, down, NAMES[policy] ?? policy, `class="${classOf(policy)}"`),
      text(WIDTH - RIGHT + 12, down + 16, share === 100 ? 'all' : `${share}% in ${Math.round(serverBytes.length / 60)} min`));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" ` +
    `aria-label="${title}">\n<style>${STYLE}\n</style>\n${parts.join('\n')}\n</svg>\n`;
}

const [file, directory] = process.argv.slice(2);
if (!file || !directory) {
  process.stderr.write('node tests/sim/plot.js FILE DIRECTORY\n');
  process.exit(1);
}
await mkdir(directory, {recursive: true});
for (const [name, curves] of Object.entries(JSON.parse(await readFile(file, 'utf8')))) {
  await writeFile(join(directory, `${name}.svg`), draw(`${name}: visitors that have the file`, curves));
}
