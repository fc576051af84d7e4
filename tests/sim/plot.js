/**
 * Draws what `npm run sim -- NAME --policy all --curves FILE` wrote, one line a
 * policy: for each scenario an SVG of how many have the file by when, with the
 * bound, and one of what the server sends.
 *
 *   node tests/sim/plot.js FILE DIRECTORY
 */
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 64;
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
 * @property {number} visitors of the first population
 * @property {number} stayed those of them that did, done or not
 * @property {number[]} completions seconds from arrival, sorted
 * @property {number[]} serverBytes in each second of the run
 */

/**
 * @typedef {object} Line
 * @property {string} policy
 * @property {[number, number][]} points
 * @property {string} note under its name
 */

/** A step that divides the axis into three parts at least. @param {number} length */
function tickStep(length) {
  const power = 10 ** Math.floor(Math.log10(length / 4));
  return [1, 2, 5, 10].map(n => n * power).filter(step => step <= length / 3).at(-1) ?? power;
}

/** @param {number} length */
function ticks(length) {
  const step = tickStep(length);
  return Array.from({length: Math.floor(length / step) + 1}, (_, i) => i * step);
}

/**
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.across what the axis to the right counts
 * @param {Line[]} chart.lines
 * @param {number} chart.longest
 * @param {number} chart.highest
 * @param {[number, string][]} chart.levels
 * @param {number | null} [chart.bound]
 * @returns {string}
 */
function draw({title, across, lines, longest, highest, levels, bound}) {
  const x = value => Number((LEFT + value / longest * (WIDTH - LEFT - RIGHT)).toFixed(1));
  const y = value => Number((HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM)).toFixed(1));
  const text = (at, down, words, more = '') => `<text x="${at}" y="${down}"${more && ` ${more}`}>${words}</text>`;

  const parts = [text(LEFT, 26, title, 'font-weight="600"')];
  for (const [level, words] of levels) {
    parts.push(`<path class="grid" d="M${x(0)} ${y(level)}H${x(longest)}"/>`,
      text(LEFT - 8, y(level) + 4, words, 'text-anchor="end"'));
  }
  for (const tick of ticks(longest)) {
    parts.push(text(x(tick), HEIGHT - BOTTOM + 20, String(tick), 'text-anchor="middle"'));
  }
  parts.push(text(x(longest), HEIGHT - 8, across, 'text-anchor="end"'));
  if (bound) {
    parts.push(`<path class="bound" d="M${x(bound)} ${y(0)}V${y(highest)}"/>`,
      text(x(bound), y(highest) - 6, 'bound', 'text-anchor="middle"'));
  }
  // Ours last, on top of the others.
  for (const [i, {policy, points, note}] of [...lines.entries()].reverse()) {
    const kind = policy === '2013' ? 'p2013' : policy;
    const path = points.map(([at, value]) => `${x(at)} ${y(value)}`).join('L');
    const down = TOP + 20 + 38 * i;
    parts.push(`<path class="line ${kind}" d="M${path}"/>`,
      text(WIDTH - RIGHT + 12, down, NAMES[policy] ?? policy, `class="${kind}"`),
      text(WIDTH - RIGHT + 12, down + 16, note));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" ` +
    `aria-label="${title}">\n<style>${STYLE}\n</style>\n${parts.join('\n')}\n</svg>\n`;
}

/** @param {string} name @param {Curve[]} curves */
function completions(name, curves) {
  const longest = 1.04 * Math.max(1,
    ...curves.map(curve => Math.max(curve.bound ?? 0, curve.completions.at(-1) ?? 0)));
  const lines = curves.map(({policy, completions: times, stayed, serverBytes}) => {
    /** @type {Line['points']} */
    const points = [[0, 0], [times[0] ?? 0, 0]];
    const each = Math.max(1, times.length / POINTS);
    for (let done = 1; done < times.length + each; done += each) {
      const n = Math.min(times.length, Math.round(done));
      if (n > 0) points.push([times[n - 1], n / stayed]);
    }
    points.push([longest, points.at(-1)[1]]);
    const share = Math.floor(times.length / stayed * 100);
    const note = stayed === 0 ? 'all have left' :
      share === 100 ? 'all' : `${share}% in ${Math.round(serverBytes.length / 60)} min`;
    return {policy, points, note};
  });
  return draw({title: `${name}, ${curves[0].visitors} visitors: part that has the file`, across: 'seconds from arrival', lines, longest,
    highest: 1, levels: [[0, '0%'], [0.5, '50%'], [1, '100%']], bound: curves[0].bound});
}

/** @param {string} name @param {Curve[]} curves */
function server(name, curves) {
  const longest = Math.max(...curves.map(({serverBytes}) => serverBytes.length));
  const lines = curves.map(({policy, serverBytes}) => {
    const each = Math.max(1, Math.ceil(serverBytes.length / POINTS));
    /** @type {Line['points']} */
    const points = [];
    for (let from = 0; from < serverBytes.length; from += each) {
      const some = serverBytes.slice(from, from + each);
      const mean = some.reduce((sum, bytes) => sum + bytes, 0) / some.length;
      points.push([from + some.length / 2, mean * 8 / 1e6]);
    }
    const all = serverBytes.reduce((sum, bytes) => sum + bytes, 0);
    return {policy, points, note: `${(all / 1e9).toPrecision(2)} GB`};
  });
  const highest = 1.04 * Math.max(1, ...lines.flatMap(({points}) => points.map(([, rate]) => rate)));
  return draw({title: `${name}, ${curves[0].visitors} visitors: what the server sends, Mbit/s`, across: 'seconds', lines, longest, highest,
    levels: ticks(highest).map(level => [level, String(level)])});
}

const [file, directory] = process.argv.slice(2);
if (!file || !directory) {
  process.stderr.write('node tests/sim/plot.js FILE DIRECTORY\n');
  process.exit(1);
}
await mkdir(directory, {recursive: true});
for (const [name, curves] of Object.entries(JSON.parse(await readFile(file, 'utf8')))) {
  await writeFile(join(directory, `${name}.svg`), completions(name, curves));
  await writeFile(join(directory, `${name}-server.svg`), server(name, curves));
}
