import { cell, left, markdownTable, painter, right, type Table, textTable } from '../../report/index.ts';
import type { Figure } from './figure.ts';
import { type Measured, machineLines } from './machine.ts';

const LEGEND =
  'In brackets: 95 % intervals, where there are blocks enough for one. Met: by the value itself.';

/** What limits a figure: known from profiles and from the kernel's source. */
export interface Explanation {
  readonly title: string;
  /** Beside the figure. */
  readonly brief: string;
  readonly text: string;
}

/** Some tables of a suite, and what limits the figures in them. */
export interface Section<L extends string> {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly limits: readonly L[];
}

/** All that a suite shows. */
export interface Part<L extends string> {
  readonly measured: Measured;
  readonly sections: readonly Section<L>[];
  readonly figures: readonly Figure<L>[];
  readonly limits: Readonly<Record<L, Explanation>>;
  /** Below the figures, in place of the usual words. */
  readonly legend?: string;
}

/** All figures that have a target. */
export function figuresTable<L extends string>({ figures, limits, legend = LEGEND }: Part<L>): Table {
  return {
    title: 'Figures',
    columns: [left('figure'), right('measured'), right('target'), left('met'), left('limited by')],
    rows: figures.map(({ name, measured, target, met, limit }) => [
      cell(name),
      cell(measured),
      cell(target),
      met ? cell('yes', 'good') : cell('no', 'bad'),
      cell(limits[limit].brief),
    ]),
    legend,
  };
}

/** The result for a terminal. */
export function partText<L extends string>(part: Part<L>, color: boolean): string {
  const paint = painter(color);
  const tables = [...part.sections.flatMap((section) => section.tables), figuresTable(part)];
  return [
    ...machineLines(part.measured).map(([name, value]) => `${name}: ${value}`),
    ...tables.flatMap((table) => ['', paint(table.title, 'strong'), textTable(table, paint)]),
    '',
  ].join('\n');
}

/** A part of a page of documentation, below its introduction. */
export function partMarkdown<L extends string>(intro: string, part: Part<L>): string {
  const machine = machineLines(part.measured).map(([name, value]) => `| ${name} | ${value} |`);
  const figures = markdownTable(figuresTable(part)).trim();
  const sections = part.sections.flatMap((section) => [
    `## ${section.title}`,
    ...section.tables.flatMap((table) => [`### ${table.title}`, markdownTable(table).trim(), '']),
    ...whatLimits(section, part),
  ]);
  return [intro, '| | |', '|---|---|', ...machine, '', figures, '', ...sections].join('\n').trim();
}

/** The end of a section of a page. */
export function whatLimits<L extends string>(section: Section<L>, { limits }: Part<L>): string[] {
  return [
    '### What limits it',
    ...section.limits.map((limit) => `**${limits[limit].title}.** ${limits[limit].text}\n`),
  ];
}

/** The figures and all that they were made from, every sample included. */
export function partJson<L extends string>({ figures, measured }: Part<L>): string {
  return `${JSON.stringify({ figures, ...measured }, null, 1)}\n`;
}
