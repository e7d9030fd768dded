import { cell, left, right, type Table } from '../../report/index.ts';
import { format } from '../../stats/index.ts';
import type { MemoryResult } from '../memory.ts';
import { keptUp, MAX_LAG_NS, type SaturationResult, type ThroughputResult } from '../throughput.ts';
import type { UpResult } from '../up-time.ts';

const bound = ({ value, atLeast }: { readonly value: number; readonly atLeast: boolean }): string =>
  `${atLeast ? '≥ ' : ''}${format(value, 'ns')}`;

/** Pods through the API at rising rates. */
export function rateTable({ rates }: ThroughputResult): Table {
  return {
    title: 'Through the API, open loop',
    columns: [
      ...[right('asked for'), right('pods'), right('failed'), right('left behind')],
      ...[right('ready p50'), right('ready p99'), right('generator lag p99'), left('kept up')],
    ],
    rows: rates.map((each) => [
      cell(format(each.rate, '1/s')),
      cell(String(each.planned)),
      cell(String(each.failed)),
      cell(String(each.violations)),
      cell(bound(each.readyP50)),
      cell(bound(each.readyP99)),
      cell(format(each.lagP99, 'ns')),
      keptUp(each) ? cell('yes', 'good') : cell('no', 'bad'),
    ]),
    legend: `Whole lives: created, scheduled, attached, ready, 3 s alive, deleted, gone. Kept up: nothing failed or was left behind, and the generator's lag p99 is at most ${format(MAX_LAG_NS, 'ns')}.`,
  };
}

/** The plugin alone at its limit. */
export function saturationTable({ nodes, inFlight, completed, failed, perSecond }: SaturationResult): Table {
  return {
    title: 'The plugin alone, closed loop',
    columns: [right('nodes'), right('in flight'), right('pods'), right('failed'), right('ADDs a second')],
    rows: [
      [nodes, inFlight, completed, failed]
        .map((value) => cell(String(value)))
        .concat(cell(format(perSecond, '1/s'))),
    ],
    legend: 'While as many are detached: each pod lives half a second.',
  };
}

/** What pods weigh, and where. */
export function memoryTable({ pods, nodes, machine, kernel, processes }: MemoryResult): Table {
  const bytes = (value: number) => cell(format(value, 'bytes'));
  const rows = [
    { ...machine, name: 'the machine, all told' },
    ...kernel.map((each) => ({ ...each, name: `kernel: ${each.name}` })),
    ...processes.map((each) => ({ ...each, name: `process: ${each.name}` })),
  ];
  return {
    title: 'Memory',
    columns: [left('what'), right('before'), right(`with ${pods} pods`), right('a pod')],
    rows: rows.map(({ name, before, after }) => [
      cell(name),
      bytes(before),
      bytes(after),
      bytes((after - before) / pods),
    ]),
    legend: `${nodes} nodes. The machine: MemTotal less MemAvailable. Processes: resident memory; code that they share counts in each.`,
  };
}

/** How long a lab takes to come up. */
export function upTable(results: readonly UpResult[]): Table {
  return {
    title: 'lab up, everything compiled',
    columns: [right('nodes'), left('each')],
    rows: results.map(({ nodes, tookNs }) => [
      cell(String(nodes)),
      cell(tookNs.map((took) => format(took, 'ns')).join(', ')),
    ]),
    legend: 'From the start of the command to its end, without the smoke scenario.',
  };
}
