import { stripVTControlCharacters } from 'node:util';

const GAP = '  ';

/** A table without lines: columns as wide as their widest cell, colours not counted, nothing behind the last. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const width = (text: string): number => stripVTControlCharacters(text).length;
  const widths = head.map((_, i) => Math.max(...all.map((row) => width(row[i] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell + ' '.repeat(widths[i]! - width(cell)))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}
