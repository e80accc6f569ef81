// SPDX-License-Identifier: MIT

/** Plain text columns; numbers to the right, undefined as a dash. */
export function table(head, rows) {
  const text = (value) => (value === undefined || Number.isNaN(value) ? '–' : String(value));
  const cells = [head, ...rows].map((row) => row.map(text));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const numeric = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return cells.map(line).join('\n');
}

/** A number with so many decimals, for table(). */
export const rounded = (value, decimals = 0) =>
  value === undefined ? undefined : Number(value.toFixed(decimals));
