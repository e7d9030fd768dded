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
import type { IpamResult } from '../ipam-suite.ts';
import { type IpamFigure, ipamFigures } from './figures.ts';
import { IPAM_LIMITS, type IpamLimit } from './limits.ts';
import {
  crowdTable,
  durableTable,
  freedTable,
  hostLocalTable,
  levelTables,
  reuseTable,
  simTable,
} from './tables.ts';

const INTRO = `# Addresses
What it costs to hand out addresses and node CIDRs, measured by \`npm run bench -- ipam --markdown docs/performance.md\`: this
part is written by that command and holds one run of it.
`;

interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly limits: readonly IpamLimit[];
}

function sections(result: IpamResult): Section[] {
  return [
    {
      title: 'An address for a pod',
      tables: [...levelTables(result), durableTable(result), hostLocalTable(result)],
      limits: ['memory', 'durable'],
    },
    { title: 'A full node', tables: [reuseTable(result)], limits: ['reuse'] },
    {
      title: 'CIDRs for nodes',
      tables: [freedTable(result), crowdTable(result)],
      limits: ['freed', 'crowd'],
    },
    { title: 'The simulation', tables: [simTable(result)], limits: ['sim'] },
  ];
}

function figuresTable(figures: readonly IpamFigure[]): Table {
  return {
    title: 'Figures',
    columns: [left('figure'), right('measured'), right('target'), left('met'), left('limited by')],
    rows: figures.map(({ name, measured, target, met, limit }) => [
      cell(name),
      cell(measured),
      cell(target),
      met ? cell('yes', 'good') : cell('no', 'bad'),
      cell(IPAM_LIMITS[limit].brief),
    ]),
    legend: 'In brackets: 95 % intervals, where there are blocks enough for one. Met: by the value itself.',
  };
}

/** The part of docs/performance.md about addresses. */
export function ipamMarkdown(result: IpamResult): string {
  const parts = sections(result).flatMap(({ title, tables, limits }) => [
    `## ${title}`,
    ...tables.flatMap((table) => [`### ${table.title}`, markdownTable(table).trim(), '']),
    '### What limits it',
    ...limits.map((limit) => `**${IPAM_LIMITS[limit].title}.** ${IPAM_LIMITS[limit].text}\n`),
  ]);
  const machine = machineLines(result).map(([name, value]) => `| ${name} | ${value} |`);
  const figures = markdownTable(figuresTable(ipamFigures(result))).trim();
  return [INTRO, '| | |', '|---|---|', ...machine, '', figures, '', ...parts].join('\n').trim();
}

/** The result for a terminal. */
export function ipamText(result: IpamResult, color = colors.isColorSupported): string {
  const c = colors.createColors(color);
  const paints = { good: c.green, bad: c.red, doubt: c.yellow, dim: c.dim, strong: c.bold, title: c.dim };
  const paint: Paint = (text, tone) => paints[tone](text);
  const tables = [...sections(result).flatMap(({ tables }) => tables), figuresTable(ipamFigures(result))];
  return [
    ...machineLines(result).map(([name, value]) => `${name}: ${value}`),
    ...tables.flatMap((table) => ['', c.bold(table.title), textTable(table, paint)]),
    '',
  ].join('\n');
}

/** The figures and all that they were made from, every sample included. */
export function ipamJson(result: IpamResult): string {
  return `${JSON.stringify({ figures: ipamFigures(result), ...result }, null, 1)}\n`;
}
