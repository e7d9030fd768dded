import type { Colors } from 'picocolors/types.js';
import {
  type Cell,
  type CellStatus,
  type ConnectivityResult,
  columnName,
  type Row,
} from '../../connectivity/index.ts';
import { columns } from '../columns.ts';

const WORDS: Readonly<Record<CellStatus, string>> = {
  pass: 'ok',
  fail: 'FAIL',
  limit: 'limit',
  'not-applicable': '-',
};

/** Text that can be pasted: the rows that were asked, then why each cell is not a plain `ok`. */
export function renderConnectivity(result: ConnectivityResult, colors: Colors): string {
  const { lab, facts, kernel, nodes, rows, totals } = result;
  const asked = rows.filter(({ cells }) => cells.some(({ status }) => status !== 'not-applicable'));
  const notes = new Notes();
  const body = asked.map((row) => tableRow(row, notes, colors));
  const head = ['  FROM', 'TO', 'BACKEND', ...(rows[0]?.cells ?? []).map(columnName), ''];
  return [
    `Lab ${lab}  network ${facts.network}, services ${facts.services}, ${nodes.join(' and ')}, kernel ${kernel}`,
    '',
    ...withHeadings(columns(head, body).split('\n'), asked),
    '',
    ...section('', notes.lines()),
    ...section('Failed', problems(asked, 'fail')),
    ...section('Known limits', problems(asked, 'limit')),
    ...section('Not applicable', absences(rows)),
    `${totals.pass} ok, ${totals.fail} failed, ${totals.limit} known limits, ${totals['not-applicable']} not applicable`,
    '',
  ].join('\n');
}

/** Numbers for what is to be said below the table, the same words once. */
class Notes {
  readonly #texts: string[] = [];

  number(text: string): number {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return this.#texts.indexOf(text) + 1;
  }

  lines(): string[] {
    return this.#texts.map((text, i) => `[${i + 1}] ${text}`);
  }
}

function tableRow({ from, to, backend, cells }: Row, notes: Notes, colors: Colors): string[] {
  const whys = new Set(cells.flatMap((cell) => whyOf(cell)));
  return [
    `  ${from}`,
    to,
    backend,
    ...cells.map((cell) => cellText(cell, colors)),
    [...whys].map((why) => `[${notes.number(why)}]`).join(''),
  ];
}

/** A line with the group above its first row; what heads the table stays above all. */
function withHeadings([head, ...lines]: readonly string[], rows: readonly Row[]): string[] {
  const isFirst = (i: number): boolean => rows[i]!.group !== rows[i - 1]?.group;
  return [head!, ...lines.flatMap((line, i) => (isFirst(i) ? [rows[i]!.group, line] : [line]))];
}

function cellText(cell: Cell, colors: Colors): string {
  const word = cell.status === 'pass' ? passWord(cell) : WORDS[cell.status];
  if (cell.status === 'fail') return colors.red(word);
  if (cell.status === 'limit') return colors.yellow(word);
  return word;
}

/** As expected: what that was. */
function passWord({ expected }: Cell): string {
  if (expected === 'refused') return 'refused';
  return expected === 'nobody' ? 'none' : WORDS.pass;
}

/** Why that is what is expected: of a cell that was asked. */
function whyOf({ expected, why }: Cell): string[] {
  return why === undefined ? [] : [`${expected === 'nobody' ? 'nobody answers' : 'these answer'}: ${why}`];
}

function problems(rows: readonly Row[], wanted: CellStatus): string[] {
  return rows.flatMap(({ name, cells }) =>
    cells
      .filter(({ status }) => status === wanted)
      .map((cell) => `${name}, ${columnName(cell)}: ${cell.reason}`),
  );
}

/** How many cells each reason leaves out. */
function absences(rows: readonly Row[]): string[] {
  const counts = new Map<string, number>();
  for (const { status, reason } of rows.flatMap(({ cells }) => cells)) {
    if (status === 'not-applicable') counts.set(reason!, (counts.get(reason!) ?? 0) + 1);
  }
  return [...counts].map(([reason, n]) => `${n} cells: ${reason}`);
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return title === '' ? [...lines, ''] : [title, ...lines.map((line) => `  ${line}`), ''];
}
