/** Lines that are written over in a terminal, and written again in a log. */

export class LiveLines {
  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.stream = stream;
    this.shown = 0;
  }

  /** @param {string[]} lines */
  show(lines) {
    const up = this.stream.isTTY && this.shown > 0 ? `\x1b[${this.shown}A` : '';
    const clear = this.stream.isTTY ? '\x1b[2K' : '';
    this.stream.write(up + lines.map(line => `${clear}${line}\n`).join(''));
    this.shown = lines.length;
  }

  /** What is shown stays. */
  keep() {
    this.shown = 0;
  }
}

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map(row => row[column].length)));
  return [head, ...rows].map(row =>
    row.map((cell, column) => cell.padStart(widths[column])).join('  ')).join('\n') + '\n';
}
