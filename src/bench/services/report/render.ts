import colors from 'picocolors';
import {
  cell,
  left,
  markdownTable,
  type Paint,
  right,
  type Table,
  textTable,
} from '../../../report/index.ts';
import { machineLines } from '../../report/machine.ts';
import type { ServicesResult } from '../services-suite.ts';
import { type ServicesFigure, servicesFigures } from './figures.ts';
import { SERVICES_LIMITS, type ServicesLimit } from './limits.ts';
import { changesTable, curveTable, generatorTable, rateTable } from './tables.ts';

const INTRO = `# Services
What a Service costs, measured by \`npm run bench -- services --markdown docs/performance.md\`: this part is written by that
command and holds one run of it.
`;

interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly limits: readonly ServicesLimit[];
}

function sections(result: ServicesResult): Section[] {
  return [
    {
      title: 'Connections',
      tables: [generatorTable(result), rateTable(result), curveTable(result)],
      limits: ['connect', 'lookup', 'iptables'],
    },
    { title: 'Changes of Services', tables: [changesTable(result)], limits: ['change', 'load'] },
  ];
}

function figuresTable(figures: readonly ServicesFigure[]): Table {
  return {
    title: 'Figures',
    columns: [left('figure'), right('measured'), right('target'), left('met'), left('limited by')],
    rows: figures.map(({ name, measured, target, met, limit }) => [
      cell(name),
      cell(measured),
      cell(target),
      met ? cell('yes', 'good') : cell('no', 'bad'),
      cell(SERVICES_LIMITS[limit].brief),
    ]),
    legend: 'In brackets: 95 % intervals, where there are blocks enough for one. Met: by the value itself.',
  };
}

/** The part of docs/performance.md about Services. */
export function servicesMarkdown(result: ServicesResult): string {
  const parts = sections(result).flatMap(({ title, tables, limits }) => [
    `## ${title}`,
    ...tables.flatMap((table) => [`### ${table.title}`, markdownTable(table).trim(), '']),
    '### What limits it',
    ...limits.map((limit) => `**${SERVICES_LIMITS[limit].title}.** ${SERVICES_LIMITS[limit].text}\n`),
  ]);
  const machine = machineLines(result).map(([name, value]) => `| ${name} | ${value} |`);
  const figures = markdownTable(figuresTable(servicesFigures(result))).trim();
  return [INTRO, '| | |', '|---|---|', ...machine, '', figures, '', ...parts].join('\n').trim();
}

/** The result for a terminal. */
export function servicesText(result: ServicesResult, color = colors.isColorSupported): string {
  const c = colors.createColors(color);
  const paints = { good: c.green, bad: c.red, doubt: c.yellow, dim: c.dim, strong: c.bold, title: c.dim };
  const paint: Paint = (text, tone) => paints[tone](text);
  const tables = [
    ...sections(result).flatMap((section) => section.tables),
    figuresTable(servicesFigures(result)),
  ];
  return [
    ...machineLines(result).map(([name, value]) => `${name}: ${value}`),
    ...tables.flatMap((table) => ['', c.bold(table.title), textTable(table, paint)]),
    '',
  ].join('\n');
}

/** The figures and all that they were made from, every sample included. */
export function servicesJson(result: ServicesResult): string {
  return `${JSON.stringify({ figures: servicesFigures(result), ...result }, null, 1)}\n`;
}
