import type { Verdict } from '../verdict/judge.ts';
import { statusCell } from './status-cell.ts';
import { cell, left, right, type Table } from './table.ts';

/** One row per gate, with the reason its author gave. */
export function gatesTable({ gates }: Verdict): Table {
  return {
    title: 'Gates',
    columns: [left(''), left('gate'), right('found'), left('asked'), left('because')],
    rows: gates.map(({ status, subject, found, asked, reason, gate }) => [
      statusCell(status, reason),
      cell(subject, 'strong'),
      cell(found, status === 'broken' ? 'bad' : undefined),
      cell(asked),
      cell(gate.because ?? '', 'dim'),
    ]),
  };
}
