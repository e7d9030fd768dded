import type { Table } from '../../report/index.ts';
import type { SuiteResult } from '../cni-suite.ts';
import { callTable, curveTable, harnessTable, partsTable } from './latency-tables.ts';
import type { Limit } from './limits.ts';
import { memoryTable, rateTable, saturationTable, upTable } from './size-tables.ts';

/** A part of the bench: its tables, and what limits the figures in them. */
export interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
  readonly limits: readonly Limit[];
}

/** The parts that were measured, in the order in which they are told. */
export function sections({ levels, throughput, memory, up }: SuiteResult): Section[] {
  return [
    {
      title: 'ADD and DEL',
      tables: [callTable(levels, 'add'), callTable(levels, 'del'), partsTable(levels)],
      limits: ['add', 'tail', 'del', 'floor'],
    },
    { title: 'The flat curve', tables: [curveTable(levels)], limits: ['flat'] },
    { title: 'The harness', tables: [harnessTable(levels)], limits: ['harness'] },
    ...(throughput
      ? [
          {
            title: 'Throughput',
            tables: [rateTable(throughput), saturationTable(throughput.saturation)],
            limits: ['api', 'saturation'] as const,
          },
        ]
      : []),
    ...(memory ? [{ title: 'Memory', tables: [memoryTable(memory)], limits: ['memory'] as const }] : []),
    ...(up.length > 0 ? [{ title: 'Lab up', tables: [upTable(up)], limits: ['up'] as const }] : []),
  ];
}
