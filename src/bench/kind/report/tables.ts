import { cell, left, right, type Table } from '../../../report/index.ts';
import { format, formatCount } from '../../../stats/index.ts';
import { times, withInterval } from '../../report/figure.ts';
import { PHASES } from '../agent-phases.ts';
import type { KindResult } from '../kind-suite.ts';
import type { Wait } from '../waves.ts';
import { burstRatio, medianOf, megabytes, ns } from './figures.ts';

/** Processes of a node that are shown; the others are summed up. */
const HEAVIEST = 8;

const share = (part: Wait | undefined, whole: Wait | undefined): string =>
  part && whole ? format(part.mean.value / whole.mean.value, 'ratio') : '-';

/** What `lab up` spends its time on. */
export function upTable({ ups }: KindResult): Table {
  const names = [...new Set(ups.flatMap(({ steps }) => steps.map(({ name }) => name)))];
  const row = (name: string, values: readonly number[]) => [
    cell(name),
    cell(ns(medianOf(values))),
    cell(ns(Math.min(...values))),
    cell(ns(Math.max(...values))),
  ];
  const rows = names.map((name) => {
    const of = ups.map(({ steps }) =>
      steps.filter((step) => step.name === name).reduce((sum, step) => sum + step.ns, 0),
    );
    return row(name, of);
  });
  return {
    title: 'Lab up, step by step',
    columns: [left('step'), right('median'), right('least'), right('most')],
    rows: [
      ...rows,
      row(
        'all of it',
        ups.map(({ totalNs }) => totalNs),
      ),
    ],
    legend: `${ups.length} of them, images built, no Docker daemon running before. Ends when all nodes and all pods are Ready.`,
  };
}

/** Bursts of both kinds of pods. */
export function burstTable({ bursts }: KindResult): Table {
  const ratio = burstRatio(bursts);
  const rows = (['pod', 'host'] as const).map((network) => {
    const all = bursts[network].map(({ allNs }) => allNs);
    const each = bursts[network].flatMap(({ readyNs }) => readyNs);
    return [
      cell(network === 'pod' ? 'of their own' : 'the host’s'),
      cell(formatCount(all.length)),
      cell(ns(medianOf(all))),
      cell(ns(Math.min(...all))),
      cell(ns(Math.max(...all))),
      cell(ns(medianOf(each))),
      cell(network === 'pod' ? withInterval(ratio, times) : ''),
    ];
  });
  return {
    title: `${bursts.pods} pods at once on ${bursts.node}`,
    columns: [
      ...[left('network'), right('bursts'), right('all Ready p50'), right('least'), right('most')],
      ...[right('each Ready p50'), right('of the host’s')],
    ],
    rows,
    legend:
      'From the first request to the last pod seen Ready by a watch. Bursts take turns; pairs are drawn together for the 95 % interval, which needs five.',
  };
}

/** What a node holds in memory with those pods alive. */
export function weightTable({ bursts }: KindResult): Table {
  const names = [...new Set(bursts.weights.flatMap((weight) => weight.map(({ name }) => name)))];
  const rows = names
    .map((name) => {
      const of = bursts.weights.flatMap((weight) => weight.filter((each) => each.name === name));
      return {
        name,
        count: medianOf(of.map(({ count }) => count)),
        most: Math.max(...of.map(({ rssBytes }) => rssBytes)),
      };
    })
    .sort((a, b) => b.most - a.most);
  const kept = rows.filter(({ name }, i) => i < HEAVIEST || name === 'agent');
  return {
    title: `Memory of ${bursts.node} with ${bursts.pods} pods`,
    columns: [left('processes'), right('how many'), right('resident')],
    rows: kept.map(({ name, count, most }) => [
      cell(name),
      cell(formatCount(Math.round(count))),
      cell(megabytes(most)),
    ]),
    legend:
      'The most of all bursts. Resident memory of all processes of a kind: pages that they share count in each.',
  };
}

/** What pods of the waves waited for. */
export function wavesTable({ waves }: KindResult): Table {
  const of = (metric: string) => waves.waits.find((wait) => wait.metric === metric);
  const sandbox = of('pod.sandbox');
  const parts = new Set([
    'pod.sandbox.before',
    'pod.sandbox.network',
    'pod.sandbox.after',
    'containerd.network',
  ]);
  return {
    title: `${waves.planned} pods in ${waves.waves} waves`,
    columns: [
      ...[left('metric'), right('n'), right('mean'), right('p50'), right('p99')],
      right('of pod.sandbox'),
    ],
    rows: waves.waits.map((wait) => [
      cell(wait.metric),
      cell(formatCount(wait.count)),
      ...[wait.mean, wait.p50, wait.p99].map(({ value, atLeast }) =>
        cell(`${atLeast ? '≥ ' : ''}${ns(value)}`),
      ),
      cell(parts.has(wait.metric) ? share(wait, sandbox) : ''),
    ]),
    legend:
      `${formatCount(waves.completed)} pods became Ready, ${formatCount(waves.failed)} failed, ${formatCount(waves.violations)} invariants were broken` +
      `${waves.unclear.length > 0 ? `; unclear with this network: ${waves.unclear.join('; ')}` : ''}. ` +
      'The share is that of means. containerd.network: all plugins with their processes, by containerd’s own account.',
  };
}

/** Restarts of agents, a node each. */
export function restartTable({ restart }: KindResult): Table[] {
  if (!restart) return [];
  const most = (values: readonly number[]): string => (values.length === 0 ? '-' : ns(Math.max(...values)));
  return [
    {
      title: 'Restart of the agents under traffic',
      columns: [
        ...[left('node'), right('agent Ready after'), right('requests'), right('dropped')],
        ...[right('ADDs'), right('waited, longest'), right('refused'), right('sandboxes again')],
        right('pods Ready, longest'),
      ],
      rows: restart.nodes.map((node) => [
        cell(node.node),
        cell(ns(node.readyNs)),
        cell(formatCount(node.requests), node.isCovered ? undefined : 'doubt', [
          ...(node.isCovered ? [] : ['Traffic ended before the agent was back.']),
        ]),
        cell(formatCount(node.dropped)),
        cell(formatCount(node.addWaitNs.length)),
        cell(most(node.addWaitNs)),
        cell(formatCount(node.refused)),
        cell(formatCount(node.failedSandboxes)),
        cell(most(node.podReadyNs)),
      ]),
      legend: `${restart.connections} connections between pods of all nodes, established before. ADDs are of pods that were asked for once no agent ran on the node.`,
    },
    {
      title: 'What a restart consists of',
      columns: [left('node'), ...PHASES.map((phase) => right(phase))],
      rows: restart.nodes.map(({ node, phases }) => [
        cell(node),
        ...PHASES.map((phase) => cell(phases[phase] === undefined ? '-' : ns(phases[phase]))),
      ]),
      legend: 'Since the old pod was told to end, as a watch sees it.',
    },
  ];
}
