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
import type { KindResult } from '../kind-suite.ts';
import { type KindFigure, kindFigures } from './figures.ts';
import { KIND_LIMITS, type KindLimit } from './limits.ts';
import { burstTable, restartTable, upTable, wavesTable, weightTable } from './tables.ts';

interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly limits: readonly KindLimit[];
}

function sections(result: KindResult): Section[] {
  const restart = restartTable(result);
  return [
    { title: 'To a lab', tables: [upTable(result)], limits: ['up'] },
    {
      title: 'Pods at once',
      tables: [burstTable(result), weightTable(result)],
      limits: result.restart ? ['burst', 'memory'] : ['burst'],
    },
    { title: 'Waves of pods', tables: [wavesTable(result)], limits: ['waves'] },
    ...(restart.length > 0
      ? [{ title: 'Agents that restart', tables: restart, limits: ['restart'] } as const]
      : []),
  ];
}

function figuresTable(figures: readonly KindFigure[]): Table {
  return {
    title: 'Figures',
    columns: [left('figure'), right('measured'), right('target'), left('met'), left('limited by')],
    rows: figures.map(({ name, measured, target, met, limit }) => [
      cell(name),
      cell(measured),
      cell(target),
      met ? cell('yes', 'good') : cell('no', 'bad'),
      cell(KIND_LIMITS[limit].brief),
    ]),
    legend: 'In brackets: 95 % intervals. The targets are those of network churnlab.',
  };
}

/** The part of docs/performance.md about a kind lab with this network. */
export function kindMarkdown(result: KindResult): string {
  const { network } = result;
  const command = `npm run bench -- kind${network === 'churnlab' ? '' : ` --network ${network}`}`;
  const intro = `# A kind lab with network ${network}
Kubernetes as it is, in containers of this machine, measured by \`${command} --markdown docs/performance.md\`: this part is
written by that command and holds one run of it. The kubelet and containerd take most of the time; what the network adds is shown against
the same pods without one.
`;
  const parts = sections(result).flatMap(({ title, tables, limits }) => [
    `## ${title}`,
    ...tables.flatMap((table) => [`### ${table.title}`, markdownTable(table).trim(), '']),
    '### What limits it',
    ...limits.map((limit) => `**${KIND_LIMITS[limit].title}.** ${KIND_LIMITS[limit].text}\n`),
  ]);
  const machine = machineLines(result).map(([name, value]) => `| ${name} | ${value} |`);
  const figures = markdownTable(figuresTable(kindFigures(result))).trim();
  return [intro, '| | |', '|---|---|', ...machine, '', figures, '', ...parts].join('\n').trim();
}

/** The result for a terminal. */
export function kindText(result: KindResult, color = colors.isColorSupported): string {
  const c = colors.createColors(color);
  const paints = { good: c.green, bad: c.red, doubt: c.yellow, dim: c.dim, strong: c.bold, title: c.dim };
  const paint: Paint = (text, tone) => paints[tone](text);
  const tables = [...sections(result).flatMap((each) => each.tables), figuresTable(kindFigures(result))];
  return [
    ...machineLines(result).map(([name, value]) => `${name}: ${value}`),
    ...tables.flatMap((table) => ['', c.bold(table.title), textTable(table, paint)]),
    '',
  ].join('\n');
}

/** The figures and all that they were made from, every sample included. */
export function kindJson(result: KindResult): string {
  return `${JSON.stringify({ figures: kindFigures(result), ...result }, null, 1)}\n`;
}
