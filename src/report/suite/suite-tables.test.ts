import { expect, test } from 'vitest';
import { compare } from '../../compare/index.ts';
import type { RunDocument } from '../../measure/index.ts';
import { syntheticRun } from '../testdata/synthetic-run.ts';
import { cellLabel, type SuiteScenario } from './suite-runs.ts';
import { costTable, leftTable, metricsTable } from './suite-tables.ts';

const sideOf = (name: string, run: RunDocument) => ({ name, runs: [{ folder: name, run, cell: {} }] });

function scenario(): SuiteScenario {
  const run = syntheticRun();
  const comparison = compare(sideOf('churnlab', run), sideOf('ptp', run));
  return {
    name: 'churn',
    description: '',
    rows: [
      { label: 'churnlab', isBaseline: true, runs: [run], comparison, reason: undefined },
      { label: 'ptp', isBaseline: false, runs: [run], comparison, reason: undefined },
      { label: 'acme', isBaseline: false, runs: [], comparison: undefined, reason: 'it has no agent' },
    ],
  };
}

/** Comparing takes its time. */
const SCENARIO = scenario();

test('a row for each network: what counts, and why there is nothing', () => {
  const { columns, rows } = metricsTable(SCENARIO);
  const [baseline, other, absent] = rows.map((row) => row.map(({ text }) => text));
  expect(rows.every((row) => row.length === columns.length)).toBe(true);
  expect(baseline?.[0]).toBe('churnlab');
  expect(other?.[2]).toBe(baseline?.[2]);
  expect(absent?.slice(0, 4)).toEqual(['acme', '0', '-', 'not applicable']);
  expect(rows[2]?.[2]?.notes).toEqual(['it has no agent']);
});

test('what was left and what it cost: networks that ran', () => {
  for (const table of [leftTable(SCENARIO), costTable(SCENARIO)]) {
    expect(table.rows.map(([label]) => label?.text)).toEqual(['churnlab', 'ptp']);
  }
});

test('a combination is called after its values, a file after its name', () => {
  expect(cellLabel({ network: 'flannel', routing: 'vxlan' })).toBe('flannel vxlan');
  expect(cellLabel({ network: 'cni:/etc/acme.conflist', cniBin: '/opt/acme/bin' })).toBe('acme');
});
