/**
 * Pictures for the gallery: landscapes, made like the sample files. They are
 * bitmaps, not compressed, hence as large as photographs.
 *
 * @module
 */
import {mkdir, rename, stat, utimes, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {CHANGED} from './samples.js';

const WIDTH = 480;
const HEIGHT = 320;
/** BITMAPFILEHEADER and BITMAPINFOHEADER. */
const HEADER = 54;
const RIDGES = 4;

/** @typedef {[number, number, number]} Colour red, green, blue; 0 to 1 */

/** @param {number} hue 0 to 1 @param {number} light 0 to 1 @returns {Colour} */
function colour(hue, light) {
  const part = (/** @type {number} */ shift) =>
    light * (0.65 + 0.35 * Math.cos(2 * Math.PI * (hue + shift)));
  return [part(0), part(1 / 3), part(2 / 3)];
}

/** Numbers that follow from the seed (mulberry32). @param {number} seed */
function random(seed) {
  return () => {
    seed = seed + 0x6d2b79f5 | 0;
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}

/** A line of hills: its height at x, both 0 to 1. @param {() => number} next @param {number} base */
function ridge(next, base) {
  const waves = Array.from({length: 4}, (_, i) => ({
    size: 0.09 / (i + 1), times: 3 + 4 * i * (1 + next()), shift: 7 * next()}));
  return (/** @type {number} */ x) =>
    waves.reduce((sum, {size, times, shift}) => sum + size * Math.sin(times * x + shift), base);
}

/** @param {number} number the picture's @returns {(x: number, y: number) => Colour} x, y: 0 to 1, from the lower left */
function landscape(number) {
  const next = random(number);
  const hue = next();
  const sun = {x: 0.15 + 0.7 * next(), y: 0.55 + 0.3 * next(), size: 0.05 + 0.04 * next()};
  const ridges = Array.from({length: RIDGES}, (_, i) =>
    ({height: ridge(next, 0.15 + 0.13 * i), shade: colour(hue + 0.08 * i, 0.25 + 0.15 * i)}));
  return (x, y) => {
    const hill = ridges.find(({height}) => y < height(x));
    if (hill) return hill.shade;
    const glow = Math.hypot((x - sun.x) * WIDTH / HEIGHT, y - sun.y);
    return glow < sun.size ? [1, 0.97, 0.85] : colour(hue + 0.45 + 0.15 * y, 1 - 0.25 * Math.min(1, glow));
  };
}

/** @param {number} number @returns {Buffer} a BMP file of 24 bits a pixel */
function bitmap(number) {
  const row = 3 * WIDTH;  // a multiple of four, as it has to be
  const file = Buffer.alloc(HEADER + row * HEIGHT);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(HEADER, 10);
  file.writeUInt32LE(HEADER - 14, 14);
  file.writeInt32LE(WIDTH, 18);
  file.writeInt32LE(HEIGHT, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  const shade = landscape(number);
  for (let y = 0; y < HEIGHT; ++y) {
    for (let x = 0; x < WIDTH; ++x) {
      const [red, green, blue] = shade(x / WIDTH, y / HEIGHT);
      file.set([255 * blue, 255 * green, 255 * red], HEADER + y * row + 3 * x);
    }
  }
  return file;
}

/**
 * Makes `picture-<n>.bmp`, unless it is there.
 *
 * @param {string} dir
 * @param {number} count
 * @returns {Promise<{name: string, size: number}[]>}
 */
export async function makePictures(dir, count) {
  await mkdir(dir, {recursive: true});
  const pictures = [];
  for (let number = 1; number <= count; ++number) {
    const name = `picture-${String(number).padStart(2, '0')}.bmp`;
    const path = join(dir, name);
    const there = await stat(path).catch(() => null);
    if (there?.mtimeMs !== CHANGED.getTime()) {
      await writeFile(`${path}.part`, bitmap(number));
      await utimes(`${path}.part`, CHANGED, CHANGED);
      await rename(`${path}.part`, path);
    }
    pictures.push({name, size: HEADER + 3 * WIDTH * HEIGHT});
  }
  return pictures;
}
