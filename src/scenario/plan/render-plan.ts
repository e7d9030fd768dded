import { formatCount, formatDuration, formatPercent } from '../schema/quantities.ts';
import type { Paint } from '../source/diagnostic.ts';
import type { Plan, Supply } from './plan.ts';

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

/** A plan for people: one line per thing, then what was changed and what to think about. */
export function renderPlan(plan: Plan, paint: Pick<Paint, 'bold' | 'yellow' | 'dim'>): string {
  const rows: Row[] = [
    ['lab', `${count(plan.nodes, 'node')}, network ${plan.network}, substrate ${plan.substrate}`, plan.cell],
    ['load', `${load(plan)} in ${about(plan.span)}`, `level ${plan.level}, seed ${plan.seed}`],
    ...phaseRows(plan),
    ...aliveRows(plan),
    ...addressRows(plan),
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
    ...section('compared with a baseline:', comparisonLines(plan), paint.bold),
    ...section('changed for this run:', plan.changed, paint.bold),
    ...section('note:', plan.warnings, paint.yellow),
    '',
  ].join('\n');
}

function comparisonLines({ comparison }: Plan): string[] {
  if (comparison === undefined) return [];
  const lines = comparison.detections.map(({ runs, duration, found }) => {
    const sizes = found.map(({ detect, spread }) => {
      const most = formatPercent(Number(spread.toPrecision(2)));
      return `${formatPercent(detect)} where runs differ by up to ${most}`;
    });
    return `${runs} runs a side (${about(duration)}) find ${sizes.join(', ')}`;
  });
  return [...lines, `(one standard deviation; fewer than ${comparison.least} runs a side find nothing)`];
}

const NOUN = { pod: 'pod', node: 'hollow node', service: 'Service' } as const;

type Row = readonly [label: string, value: string, note?: string];

/** What arrives, in all phases: `600 pods and 20 hollow nodes`. */
function load({ phases }: Plan): string {
  const subjects = [...new Set(phases.map(({ subject }) => subject))];
  return subjects
    .map((subject) => {
      const all = phases.reduce((sum, phase) => sum + (phase.subject === subject ? phase.count : 0), 0);
      return count(all, NOUN[subject]);
    })
    .join(' and ');
}

function phaseRows({ phases }: Plan): Row[] {
  if (phases.length < 2) return [];
  return phases.map(({ name, subject, count: arriving, begin, span, meanLifetime, released, refused }) => [
    `  ${name}`,
    `${count(arriving, NOUN[subject])} in ${about(span)}`,
    [
      `from ${formatDuration(begin)}`,
      Number.isFinite(meanLifetime)
        ? `mean lifetime ${formatDuration(meanLifetime)}`
        : 'each until released or drained',
      ...(released > 0 ? [`${formatCount(released)} released`] : []),
      ...(refused > 0 ? [`${formatCount(refused)} without room`] : []),
    ].join(', '),
  ]);
}

function aliveRows({ phases, alive, alivePerNode, hollowNodes, services }: Plan): Row[] {
  const rows: Row[] = [];
  if (phases.some(({ subject }) => subject === 'pod')) {
    rows.push([
      'alive',
      `${formatCount(alive.expected)} at most`,
      `${formatCount(alivePerNode)} on a node; ${formatCount(alive.bound)} if every pod took its whole deadline`,
    ]);
  }
  if (hollowNodes > 0) rows.push(['nodes', `${count(hollowNodes, 'hollow node')} at most`]);
  if (services > 0) rows.push(['Services', `${formatCount(services)} at most`]);
  return rows;
}

function addressRows({ addresses }: Plan): Row[] {
  return addresses.flatMap(({ family, pool, nodeMask, nodeCidrs, perNode, total }): Row[] =>
    perNode === undefined
      ? [[`${FAMILY[family]} ${pool}`, `${supply(total)} in all`, `${supply(nodeCidrs)} of /${nodeMask}`]]
      : [
          [FAMILY[family], `${supply(perNode)} on a node (/${nodeMask})`, `${supply(total)} in all`],
          ['', `${supply(nodeCidrs)} node CIDRs`],
        ],
  );
}

function section(title: string, lines: readonly string[], paint: (text: string) => string): string[] {
  return lines.length === 0 ? [] : [`  ${paint(title)}`, ...lines.map((line) => `    ${line}`)];
}

function supply({ needed, there }: Supply): string {
  // An IPv6 pool has more addresses than anybody wants to count.
  const shown = there >= 1e9 ? `2^${Math.floor(Math.log2(there + 1))}` : formatCount(there);
  return needed === undefined ? shown : `${formatCount(needed)} of ${shown}`;
}

/** Times of a plan are good to a tenth at best. */
function about(ns: number): string {
  return formatDuration(ns < 10e9 ? Math.round(ns / 1e8) * 1e8 : Math.round(ns / 1e9) * 1e9);
}

function count(value: number, noun: string): string {
  const plural = noun.endsWith('s') ? `${noun}es` : `${noun}s`;
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}
