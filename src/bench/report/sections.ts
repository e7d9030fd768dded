import type { SuiteResult } from '../cni-suite.ts';
import { figures } from './figures.ts';
import { callTable, curveTable, harnessTable, partsTable } from './latency-tables.ts';
import { LIMITS, type Limit } from './limits.ts';
import type { Part, Section } from './part.ts';
import { memoryTable, rateTable, saturationTable, upTable } from './size-tables.ts';

/** The parts that were measured, in the order in which they are told. */
function sections({ levels, throughput, memory, up }: SuiteResult): Section<Limit>[] {
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

/** All that the suite shows. */
export function cniPart(result: SuiteResult): Part<Limit> {
  return { measured: result, sections: sections(result), figures: figures(result), limits: LIMITS };
}
