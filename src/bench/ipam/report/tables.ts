import { cell, left, right, type Table } from '../../../report/index.ts';
import { format, type GrowthFit, orderValues, quantile } from '../../../stats/index.ts';
import type { Blocks } from '../../blocks.ts';
import { quantileOf } from '../../estimates.ts';
import { withInterval } from '../../report/figure.ts';
import type { IpamResult } from '../ipam-suite.ts';
import { growthOf, type Level } from '../level.ts';

const ns = (value: number): string => format(value, 'ns');
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function at(blocks: Blocks, q: number): string {
  const found = quantileOf(blocks, q);
  return found === undefined ? '' : withInterval(found, ns);
}

function growth(fit: GrowthFit | undefined): string {
  if (fit === undefined) return '';
  const { value, low, high } = fit.exponent;
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

/** An allocation and a release, by size. */
function levelTable(
  title: string,
  what: string,
  groups: readonly { readonly name: string; readonly levels: readonly Level[] }[],
  sizeOf: (size: number) => string,
  legend: string,
): Table {
  return {
    title,
    columns: [
      ...[left('of'), right(what), right('calls'), right('allocate p50'), right('allocate p99')],
      ...[right('release p50'), right('exponent of allocate')],
    ],
    rows: groups.flatMap(({ name, levels }) =>
      levels.map((level, i) => [
        cell(i === 0 ? name : ''),
        cell(sizeOf(level.size)),
        cell(String(level.allocate.flat().length)),
        cell(at(level.allocate, 0.5)),
        cell(at(level.allocate, 0.99)),
        cell(at(level.release, 0.5)),
        cell(i === levels.length - 1 ? growth(growthOf(levels, 'allocate')) : ''),
      ]),
    ),
    legend,
  };
}

const FIT =
  'exponent: b of a·xᵇ through the medians of all blocks, with its 95 % interval. In brackets: 95 % intervals, whole blocks drawn.';

export function levelTables({ levels: { inMemory, durable } }: IpamResult): Table[] {
  const legend = `in memory: one call of the allocator, nothing written, the clock's own time taken off. durable: until its record is in the log, in memory as in a node's /run. ${FIT}`;
  const groups = (by: 'byCount' | 'byFill') => [
    { name: 'in memory', levels: inMemory[by] },
    { name: 'durable', levels: durable[by] },
  ];
  return [
    levelTable('By addresses held', 'held', groups('byCount'), String, legend),
    levelTable('By fill of a /20', 'fill', groups('byFill'), percent, FIT),
  ];
}

export function durableTable({ durable }: IpamResult): Table {
  return {
    title: 'Durable, under load',
    columns: [
      ...[left('log'), right('steady p50'), right('steady p99'), right('busy p50'), right('busy p99')],
      right('a second'),
    ],
    rows: durable.map(({ on, steady, busy, perSecond }) => [
      cell(on === 'memory' ? 'in memory, as in a node' : 'on disk'),
      cell(at(steady, 0.5)),
      cell(at(steady, 0.99)),
      cell(at(busy, 0.5)),
      cell(at(busy, 0.99)),
      cell(format(perSecond, '1/s')),
    ]),
    legend:
      'steady: 200 allocations a second, by the clock. busy: 64 owners that allocate and release as fast as they are answered; a second: both, which share writes.',
  };
}

export function hostLocalTable({ hostLocal }: IpamResult): Table {
  const start = quantile(orderValues(hostLocal.start), 0.5)!.value;
  return levelTable(
    'host-local beside it',
    'held',
    [
      { name: 'the plugin', levels: hostLocal.plugin },
      { name: 'our store in its format', levels: hostLocal.ours },
    ],
    String,
    `the plugin: started once for each call, which alone takes ${ns(start)} (it answers VERSION). Files in memory for both. ${FIT}`,
  );
}

export function reuseTable({ reuse }: IpamResult): Table {
  return {
    title: 'Release to reuse on a full node',
    columns: [right('pods'), right('times'), right('p50'), right('p99')],
    rows: [
      [
        cell(String(reuse.pods)),
        cell(String(reuse.reuse.flat().length)),
        cell(at(reuse.reuse, 0.5)),
        cell(at(reuse.reuse, 0.99)),
      ],
    ],
    legend: 'From the DEL asked to the end of the ADD that had waited in the agent, without cooldown.',
  };
}

export function freedTable({ freed }: IpamResult): Table {
  return {
    title: 'Node CIDR freed to the waiting node served',
    columns: [left('mode'), right('times'), right('p50'), right('p99'), right('longest')],
    rows: freed.map(({ mode, freed: blocks }) => [
      cell(mode),
      cell(String(blocks.flat().length)),
      cell(at(blocks, 0.5)),
      cell(at(blocks, 0.99)),
      cell(ns(Math.max(...blocks.flat()))),
    ]),
    legend:
      'From the deletion of a Node asked to the CIDR seen in the object of the one that had waited for 200 ms. kcm is the real kube-controller-manager. Labs side by side, blocks mirrored.',
  };
}

export function crowdTable({ crowd }: IpamResult): Table {
  return {
    title: 'Nodes at once',
    columns: [
      ...[left('mode'), right('nodes'), right('made within'), right('all have a CIDR after')],
      ...[right('wait p50'), right('wait p99')],
    ],
    rows: crowd.map(({ mode, nodes, waits, madeNs, allNs }) => {
      const ordered = orderValues(waits);
      return [
        cell(mode),
        cell(String(nodes)),
        cell(ns(madeNs)),
        cell(ns(allNs)),
        cell(ns(quantile(ordered, 0.5)!.value)),
        cell(ns(quantile(ordered, 0.99)!.value)),
      ];
    }),
    legend: '64 requests at a time. wait: from a Node in the API to its CIDR seen.',
  };
}

export function simTable({ sim }: IpamResult): Table {
  return {
    title: 'Simulation',
    columns: [
      ...[right('nodes'), right('pods'), right('took'), right('peak memory'), right('allocations a second')],
      right('violations'),
    ],
    rows: [
      [
        cell(sim.nodes.toLocaleString('en-US')),
        cell(sim.pods.toLocaleString('en-US')),
        cell(ns(sim.tookNs)),
        cell(format(sim.peakBytes, 'bytes')),
        cell(format(sim.allocationsPerSecond, '1/s')),
        cell(String(sim.violations)),
      ],
    ],
    legend:
      "A process of its own, from its start to its end, restarts of all allocators and the run folder included. Allocations: in a second of the allocators' own time, interruptions left out.",
  };
}
