/** How a cell is meant; each format finds its own expression for it, besides what the text says. */
export type Tone = 'good' | 'bad' | 'doubt' | 'dim' | 'strong';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** Footnotes: said once below the table, marked here. */
  readonly notes?: readonly string[];
}

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** A table before it becomes text, Markdown or HTML. */
export interface Table {
  readonly title: string;
  /** True for a table that goes on with the subject of the one before. */
  readonly continues?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** How to read the columns, below the table. */
  readonly legend?: string;
}

export const left = (title: string): Column => ({ title, align: 'left' });
export const right = (title: string): Column => ({ title, align: 'right' });

export function cell(text: string, tone?: Tone, notes?: readonly string[]): Cell {
  return { text, ...(tone && { tone }), ...(notes && notes.length > 0 && { notes }) };
}

/** Numbers the distinct footnotes of a table in the order in which a reader meets them. */
export function footnotesOf({ rows }: Table): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const note of rows.flat().flatMap((each) => each.notes ?? [])) {
    if (!numbers.has(note)) numbers.set(note, numbers.size + 1);
  }
  return numbers;
}
