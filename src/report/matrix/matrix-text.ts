import pc from 'picocolors';
import type { Matrix } from '../../measure/index.ts';
import { claimLines } from '../claim/claim-lines.ts';
import { claimOfMatrix } from '../claim/judge-claim.ts';
import { markdownTable } from '../format/markdown.ts';
import { painter } from '../format/text.ts';
import { foldTable, textTable } from '../format/text-table.ts';
import { judge } from '../verdict/judge.ts';
import { growthTable, matrixGrowth } from './growth.ts';
import { growthGates, growthGatesTable } from './growth-gates.ts';
import { combinationName, matrixTable } from './matrix-table.ts';

/** Columns of a text where nobody says how many there are. */
const WIDTH = 120;

/** All runs of a matrix in one table, in several parts where the columns do not fit beside each other. */
export function matrixText(
  { document, cells }: Matrix,
  options: { readonly color?: boolean; readonly width?: number | undefined } = {},
): string {
  const paint = painter(options.color ?? pc.isColorSupported);
  const growth = growthTable(cells);
  const gates = growthGatesTable(cells);
  const claim = claimOfMatrix(cells);
  const parts = foldTable(matrixTable(cells), options.width ?? WIDTH);
  return [
    `${paint(`${document.scenario.name}, ${cells.length} combinations`, 'strong')}  ${paint(document.id, 'dim')}`,
    ...parts.flatMap((part) => ['', textTable(part, paint)]),
    ...(growth ? ['', paint(growth.title, 'strong'), textTable(growth, paint)] : []),
    ...(gates.rows.length > 0 ? ['', textTable(gates, paint)] : []),
    ...(claim ? ['', ...claimLines(claim).map(({ text, tone }) => (tone ? paint(text, tone) : text))] : []),
    '',
  ].join('\n');
}

/** The same for a comment on a pull request. */
export function matrixMarkdown({ document, cells }: Matrix): string {
  const claim = claimOfMatrix(cells);
  const growth = growthTable(cells);
  const gates = growthGatesTable(cells);
  return [
    `## ${document.scenario.name}, ${cells.length} combinations`,
    '',
    markdownTable(matrixTable(cells)),
    '',
    ...(growth ? [`### ${growth.title}`, '', markdownTable(growth), ''] : []),
    ...(gates.rows.length > 0 ? [markdownTable(gates), ''] : []),
    ...(claim ? [...claimLines(claim).map(({ text }) => `- ${text.trim()}`), ''] : []),
  ].join('\n');
}

/** matrix.json with every run and its verdict, for programs. */
export function matrixJson({ document, cells }: Matrix): string {
  const runs = cells.map(({ cell, folder, run }) => ({
    name: combinationName(cell),
    cell,
    folder,
    verdict: judge(run),
    run,
  }));
  return `${JSON.stringify({ matrix: document, cells: runs, growth: matrixGrowth(cells), gates: growthGates(cells), claim: claimOfMatrix(cells) }, null, 2)}\n`;
}
