import { formatCount, formatDuration } from '../schema/quantities.ts';
import type { Paint } from '../source/diagnostic.ts';
import type { Plan, Supply } from './plan.ts';

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

/** A plan for people: one line per thing, then what was changed and what to think about. */
export function renderPlan(plan: Plan, paint: Pick<Paint, 'bold' | 'yellow' | 'dim'>): string {
  const rows: (readonly [string, string, string?])[] = [
    ['lab', `${count(plan.nodes, 'node')}, network ${plan.network}, substrate ${plan.substrate}`, plan.cell],
    ['load', `${count(plan.pods, 'pod')} in ${about(plan.span)}`, `level ${plan.level}, seed ${plan.seed}`],
    ...phaseRows(plan),
    [
      'alive',
      `${formatCount(plan.alive.expected)} at most`,
      `${formatCount(plan.alivePerNode)} on a node; ${formatCount(plan.alive.bound)} if every pod took its whole deadline`,
    ],
    ...plan.addresses.flatMap(({ family, nodeMask, nodeCidrs, perNode, total }) => [
      [FAMILY[family], `${supply(perNode)} on a node (/${nodeMask})`, `${supply(total)} in all`] as const,
      ['', `${supply(nodeCidrs)} node CIDRs`] as const,
    ]),
    [
      'time',
      about(plan.duration),
      `lab ${about(plan.cost.lab)}, arrivals ${about(plan.span)}, drain ${about(plan.cost.drain)}`,
    ],
    [
      'memory',
      `${formatCount(plan.cost.memory / 2 ** 20)} MiB`,
      `${count(plan.cost.processes, 'process')}, ${formatCount(plan.cost.links)} links, ${formatCount(plan.cost.openFiles)} open files in the fullest process`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  const lines = rows.map(([label, value, note]) =>
    `  ${paint.bold(label.padEnd(width))}  ${note ? `${value.padEnd(valueWidth)}  ${paint.dim(note)}` : value}`.trimEnd(),
  );
  const estimated = plan.exact ? '' : paint.dim(' (estimated: a closed loop has no schedule)');
  return [
    `${paint.bold(plan.scenario)}${estimated}`,
    ...lines,
    ...section('changed for this run:', plan.changed, paint.bold),
    ...section('note:', plan.warnings, paint.yellow),
    '',
  ].join('\n');
}

function phaseRows({ phases }: Plan): (readonly [string, string, string])[] {
  if (phases.length < 2) return [];
  return phases.map(({ name, pods, begin, span, meanLifetime }) => [
    `  ${name}`,
    `${count(pods, 'pod')} in ${about(span)}`,
    `from ${formatDuration(begin)}, mean lifetime ${formatDuration(meanLifetime)}`,
  ]);
}

function section(title: string, lines: readonly string[], paint: (text: string) => string): string[] {
  return lines.length === 0 ? [] : [`  ${paint(title)}`, ...lines.map((line) => `    ${line}`)];
}

function supply({ needed, there }: Supply): string {
  // An IPv6 pool has more addresses than anybody wants to count.
  const shown = there >= 1e9 ? `2^${Math.floor(Math.log2(there + 1))}` : formatCount(there);
  return `${formatCount(needed)} of ${shown}`;
}

/** Times of a plan are good to a tenth at best. */
function about(ns: number): string {
  return formatDuration(ns < 10e9 ? Math.round(ns / 1e8) * 1e8 : Math.round(ns / 1e9) * 1e9);
}

function count(value: number, noun: string): string {
  const plural = noun.endsWith('s') ? `${noun}es` : `${noun}s`;
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}
