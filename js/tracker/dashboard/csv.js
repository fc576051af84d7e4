/**
 * Tables for spreadsheets (RFC 4180).
 *
 * @module
 */

/**
 * Texts come from pages and visitors: one that a spreadsheet would take for a
 * formula is made to be text.
 *
 * @param {unknown} value
 */
function cell(value) {
  let text = String(value ?? '');
  if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * @param {string[]} columns
 * @param {Record<string, unknown>[]} rows
 */
export function csvOf(columns, rows) {
  return [columns, ...rows.map((row) => columns.map((name) => row[name]))]
    .map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
