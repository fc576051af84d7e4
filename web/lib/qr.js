/** A QR code of a link, as SVG. */
import {encodeQR} from '/vendor/qr.js';

const SVG = 'http://www.w3.org/2000/svg';
/** ISO/IEC 18004: so many modules around it stay light. */
const QUIET = 4;

/** @param {string} text @param {string} label for those who can't see it @returns {SVGElement} */
export function qrCode(text, label) {
  const rows = encodeQR(text, 'raw', {ecc: 'low', border: QUIET});
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${rows.length} ${rows.length}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', label);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', rows.flatMap((row, y) =>
    row.map((dark, x) => dark ? `M${x} ${y}h1v1h-1z` : '')).join(''));
  svg.append(path);
  return svg;
}
