/** A small chart of two speeds over time, drawn into an SVG of 100 × 30. */

const WIDTH = 100;
const HEIGHT = 30;
/** Older samples fall out at the left. */
const MAX_SAMPLES = 120;

export class Chart {
  /** @param {SVGElement} svg @param {SVGPathElement} http @param {SVGPathElement} peers */
  constructor(svg, http, peers) {
    this.svg = svg;
    this.paths = {http, peers};
    this.clear();
  }

  clear() {
    /** @type {{http: number, peers: number}[]} */
    this.samples = [];
    this.draw();
  }

  /** @param {{http: number, peers: number}} sample bytes a second */
  add(sample) {
    this.samples.push(sample);
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
    this.draw();
  }

  draw() {
    const most = Math.max(1, ...this.samples.map(({http, peers}) => Math.max(http, peers)));
    const step = WIDTH / Math.max(1, this.samples.length - 1);
    for (const name of /** @type {const} */ (['http', 'peers'])) {
      const points = this.samples.map((sample, i) =>
        `${(i * step).toFixed(1)},${(HEIGHT - 1 - sample[name] / most * (HEIGHT - 3)).toFixed(1)}`);
      this.paths[name].setAttribute('d', points.length > 1 ? `M${points.join('L')}` : '');
    }
    this.svg.setAttribute('aria-label', this.samples.length === 0 ? 'Speed over time' :
      `Speed over time, up to ${(most / 1e6).toFixed(1)} MB/s`);
  }
}
