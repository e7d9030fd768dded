import { foldTable } from '../format/text-table.ts';
import { type Cell, footnotesOf, type Table } from '../model/table.ts';
import { html, type Markup } from './markup.ts';

/** Letters of a table that fit beside each other on A4. */
const PAPER = 105;

/**
 * A table that scrolls by itself when the screen is narrow, by keyboard too; footnotes follow. `at` is where each row
 * lies in the plot that the table belongs to.
 */
export function htmlTable(table: Table, at?: readonly number[]): Markup {
  const notes = footnotesOf(table);
  const head = table.columns.map(({ title, align }) => html`<th scope="col" class="${align}">${title}</th>`);
  const rows = table.rows.map(
    (row, i) =>
      html`<tr${at ? html` data-at="${Number(at[i]!.toFixed(5))}"` : ''}>${row.map((cell, column) => html`<td class="${[table.columns[column]!.align, cell.tone ?? []].flat().join(' ')}">${cell.text}${marks(cell, notes)}</td>`)}</tr>
`,
  );
  return html`<div class="scroll" role="region" aria-label="${table.title}" tabindex="0"><table><thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div>
${[...notes].map(([note, number]) => html`<p class="note"><sup>${number}</sup> ${note}</p>`)}${table.legend ? html`<p class="note">${table.legend}</p>` : ''}`;
}

/** The same for paper in parts that fit it, each with the first column: nobody scrolls there. */
export function wideTable(table: Table): Markup {
  const parts = foldTable(table, PAPER);
  if (parts.length === 1) return htmlTable(table);
  return html`<div class="on-screen">${htmlTable(table)}</div><div class="on-paper">${parts.map((part) => htmlTable(part))}</div>`;
}

function marks({ notes = [] }: Cell, numbers: ReadonlyMap<string, number>): Markup {
  return notes.length === 0 ? html`` : html`<sup>${notes.map((note) => numbers.get(note)).join(',')}</sup>`;
}
