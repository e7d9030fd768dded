import { type Cell, footnotesOf, type Table, type Tone } from '../model/table.ts';

/** Colours a text that has its final width; the identity when there is no colour. */
export type Paint = (text: string, tone: Tone | 'title') => string;

const GAP = '  ';
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * The same table in parts that fit into `width`, each with its first column and its own footnotes; the legend stands
 * below the last. A part has at least one column besides the first, however wide that is.
 */
export function foldTable(table: Table, width: number): Table[] {
  const notes = footnotesOf(table);
  const wide = table.columns.map(({ title }, i) =>
    Math.max(title.length, ...table.rows.map((row) => (row[i]!.text + marks(row[i]!, notes)).length)),
  );
  const parts: number[][] = [];
  let room = 0;
  for (let i = 1; i < wide.length; i++) {
    room -= wide[i]! + GAP.length;
    if (parts.length === 0 || room < 0) {
      parts.push([]);
      room = width - wide[0]! - wide[i]! - GAP.length;
    }
    parts.at(-1)!.push(i);
  }
  return parts.map((members) => ({
    title: table.title,
    columns: [0, ...members].map((i) => table.columns[i]!),
    rows: table.rows.map((row) => [0, ...members].map((i) => row[i]!)),
    ...(members === parts.at(-1) && table.legend !== undefined && { legend: table.legend }),
  }));
}

/**
 * A table in plain text that survives pasting: columns are aligned by spaces alone, nothing is boxed, no line
 * ends in a space; footnotes are marked by superscripts and follow below.
 */
export function textTable(table: Table, paint: Paint): string {
  const notes = footnotesOf(table);
  const marked = (cell: Cell) => cell.text + marks(cell, notes);
  const widths = table.columns.map(({ title }, i) =>
    Math.max(title.length, ...table.rows.map((row) => marked(row[i]!).length)),
  );
  const pad = (text: string, i: number) => {
    const { align } = table.columns[i]!;
    if (align === 'right') return text.padStart(widths[i]!);
    return i === table.columns.length - 1 ? text : text.padEnd(widths[i]!);
  };
  const head = table.columns.map(({ title }, i) => paint(pad(title, i), 'title')).join(GAP);
  const rows = table.rows.map((row) =>
    row
      .map((cell, i) => {
        const padded = pad(marked(cell), i);
        return cell.tone && cell.text !== '' ? paint(padded, cell.tone) : padded;
      })
      .join(GAP)
      .trimEnd(),
  );
  const foot = [...notes].map(([note, number]) => `${superscript(number)} ${note}`);
  const legend = table.legend === undefined ? [] : [paint(table.legend, 'dim')];
  return [head.trimEnd(), ...rows, ...foot, ...legend].join('\n');
}

function marks(cell: Cell, notes: ReadonlyMap<string, number>): string {
  return (cell.notes ?? []).map((note) => superscript(notes.get(note)!)).join(' ');
}

function superscript(number: number): string {
  return [...String(number)].map((digit) => SUPERSCRIPT[Number(digit)]).join('');
}
