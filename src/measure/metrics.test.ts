import { expect, it } from 'vitest';
import { CNI_ADD_PARTS, isMetricName, METRICS } from './metrics.ts';
import { metricsReference } from './metrics-doc.ts';

it('lists each metric in the reference once', () => {
  const rows = metricsReference()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.map((row) => row.split('`')[1])).toEqual([...METRICS.keys()]);
});

it('has a metric for each part of cni.add', () => {
  expect(CNI_ADD_PARTS.filter((part) => !isMetricName(`cni.add.${part}`))).toEqual([]);
});
