import { expect, test } from 'vitest';
import type { Claim, MatrixCell } from '../../measure/index.ts';
import { growthTable, matrixGrowth } from '../matrix/growth.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { claimOfMatrix, claimOfRun } from './judge-claim.ts';

const SIZES = [1, 10, 100, 1000, 10_000];

/** A run for each size, with the cost that the size has. */
function cellsOf(cost: (size: number) => number, rules: Claim['rules']): MatrixCell[] {
  return SIZES.map((serviceCount) => {
    const summary = {
      ...summaryOf('service.connect', { p50: { value: cost(serviceCount), atLeast: false } }),
      labels: { phase: 'crr' },
      key: 'service.connect{phase=crr}',
    };
    const run = runWith({ summaries: [summary] });
    const claim: Claim = { text: 'Lookup is O(1).', source: 'somebody', rules };
    return {
      cell: { services: 'ebpf', serviceCount },
      folder: '.',
      run: { ...run, scenario: { ...run.scenario, claim } },
    };
  });
}

const growth = (rule: object): Claim['rules'] =>
  [
    { growth: 'service.connect', phase: 'crr', quantile: 'p50', axis: 'serviceCount', where: {}, ...rule },
  ] as Claim['rules'];
const FLAT = growth({ exponent: { min: -0.02, max: 0.02 } });
const LINEAR = growth({ model: ['linear'] });

test('a cost that does not grow confirms O(1), and refutes O(n)', () => {
  expect(claimOfMatrix(cellsOf(() => 5000, FLAT))?.verdict).toBe('confirmed');
  expect(claimOfMatrix(cellsOf(() => 5000, LINEAR))?.verdict).toBe('refuted');
});

test('a line confirms O(n), and refutes O(1), and says what was measured', () => {
  const line = (size: number): number => 20_000 + 30 * size;
  expect(claimOfMatrix(cellsOf(line, LINEAR))?.verdict).toBe('confirmed');
  expect(claimOfMatrix(cellsOf((size) => 10 * size, FLAT))).toEqual({
    text: 'Lookup is O(1).',
    source: 'somebody',
    verdict: 'refuted',
    measured: [
      'service.connect of crr p50 against serviceCount: linear, exponent 1.00 (1.00 to 1.00) (asked an exponent within -0.02 and 0.02)',
    ],
  });
});

test('an interval across the limit, and too few sizes, decide nothing', () => {
  const wild = (size: number): number => (size === 100 ? 9000 : 5000);
  expect(claimOfMatrix(cellsOf(wild, FLAT))?.verdict).toBe('not decided');
  expect(claimOfMatrix(cellsOf(() => 5000, FLAT).slice(0, 3))?.verdict).toBe('not decided');
});

test('a run by itself says nothing about growth, and its gates decide where they are the rule', () => {
  const [{ run }] = cellsOf(() => 5000, FLAT) as [MatrixCell];
  expect(claimOfRun(run)).toBeUndefined();
  const claim: Claim = { text: 'All is well.', source: 'somebody', rules: [{ gates: 'hold' }] };
  const judged = claimOfRun({ ...run, gates: [], scenario: { ...run.scenario, claim } });
  expect(judged?.verdict).toBe('confirmed');
});

test('costs are fitted against the axis of numbers, by the other axes', () => {
  const cells = cellsOf((size) => 10 * size, FLAT);
  expect(matrixGrowth(cells)).toMatchObject([
    { combination: 'ebpf', axis: 'serviceCount', cost: 'service.connect{phase=crr} p50' },
  ]);
  expect(growthTable(cells)?.rows[0]?.map(({ text }) => text)).toEqual([
    'service.connect{phase=crr} p50',
    'ebpf',
    ...['10.0 ns', '100 ns', '1.00 µs', '10.0 µs', '100 µs'],
    'linear',
    '1.00 (1.00 to 1.00)',
  ]);
  expect(growthTable(cells.slice(0, 2))).toBeUndefined();
});
