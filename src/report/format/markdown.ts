import { claimLines } from '../claim/claim-lines.ts';
import type { ReportModel } from '../model/report-model.ts';
import { type Cell, footnotesOf, type Table } from '../model/table.ts';

const MARKS = { passed: '✅', inconclusive: '❔', 'gate broken': '❌', 'invariant broken': '❌' } as const;

/** A drawing that lies beside a Markdown file. */
export interface Picture {
  readonly file: string;
  /** What a reader who does not see it should know. */
  readonly text: string;
}

/** The report for a comment on a pull request: GitHub's Markdown, tables folded after the first. */
export function toMarkdown(model: ReportModel, pictures: readonly Picture[] = []): string {
  const { verdict } = model;
  const [first, ...rest] = model.tables.map(markdownTable);
  return [
    `## ${MARKS[verdict.outcome]} ${plain(model.title)}: ${verdict.outcome}`,
    '',
    ...(verdict.reasons.length > 0 ? [...verdict.reasons.map((reason) => `- ${plain(reason)}`), ''] : []),
    ...(model.headline === undefined ? [] : [plain(model.headline), '']),
    first ?? '',
    ...(pictures.length > 0
      ? [pictures.map(({ file, text }) => `![${plain(text)}](${file})`).join(' '), '']
      : []),
    ...rest.flatMap((table, i) => [
      `<details><summary>${plain(model.tables[i + 1]!.title)}</summary>`,
      '',
      table,
      '</details>',
      '',
    ]),
    ...(model.claim ? [...claimLines(model.claim).map(({ text }) => `- ${plain(text.trim())}`), ''] : []),
    ...model.warnings.map((text) => `> ⚠️ ${plain(text)}`),
    ...(model.warnings.length > 0 ? [''] : []),
    ...model.lead.map((line) => `- ${plain(line)}`),
    `- ${plain(model.id)}`,
    '',
  ].join('\n');
}

/** A table in GitHub's Markdown, footnotes and legend below it. */
export function markdownTable(table: Table): string {
  const notes = footnotesOf(table);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(table.columns.map(({ title }) => plain(title))),
    line(table.columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...table.rows.map((row) => line(row.map((cell) => cellText(cell, notes)))),
    '',
    ...[...notes].map(([note, number]) => `<sup>${number}</sup> ${plain(note)}  `),
    ...(table.legend === undefined ? [] : [`<sub>${plain(table.legend)}</sub>`]),
    ...(notes.size > 0 || table.legend !== undefined ? [''] : []),
  ].join('\n');
}

function cellText(cell: Cell, notes: ReadonlyMap<string, number>): string {
  const text = plain(cell.text);
  const marks = (cell.notes ?? []).map((note) => notes.get(note)).join(',');
  const shown = text !== '' && (cell.tone === 'bad' || cell.tone === 'strong') ? `**${text}**` : text;
  return marks === '' ? shown : `${shown}<sup>${marks}</sup>`;
}

/** Keeps text text: nothing in it may become a cell border, a tag, a link, a mention or emphasis. */
export function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replaceAll('@', '@&#8203;')
    .replaceAll(/\s+/g, ' ');
}
