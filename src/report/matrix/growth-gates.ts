import type { GateSpec, MatrixCell } from '../../measure/index.ts';
import { byGrowth } from '../claim/judge-claim.ts';
import { statusCell } from '../model/status-cell.ts';
import { cell, left, type Table } from '../model/table.ts';
import type { GateResult, GateStatus } from '../verdict/gate-result.ts';

type Cells = readonly Pick<MatrixCell, 'cell' | 'run'>[];
type GrowthGate = Extract<GateSpec, { kind: 'growth' }>;

const STATUS = {
  confirmed: 'held',
  refuted: 'broken',
  'not decided': 'inconclusive',
} as const satisfies Record<string, GateStatus>;

/** The gates of a matrix that take all of its runs: how a cost grows along an axis. */
export function growthGates(cells: Cells): GateResult[] {
  const gates = cells[0]?.run.gates.filter((gate) => gate.kind === 'growth') ?? [];
  return gates.map((gate) => judgeGrowth(gate, cells));
}

function judgeGrowth(gate: GrowthGate, cells: Cells): GateResult {
  const { metric, phase, quantile, axis, where, exponent } = gate;
  const { min = -Infinity, max = Infinity } = exponent;
  const rule = {
    growth: metric,
    quantile,
    axis,
    where,
    exponent: { min, max },
    ...(phase !== undefined && { phase }),
  };
  const [verdict, measured] = byGrowth(rule, cells);
  const limits = [
    ...(exponent.min === undefined ? [] : [`≥ ${exponent.min}`]),
    ...(exponent.max === undefined ? [] : [`≤ ${exponent.max}`]),
  ];
  const subject = `${metric} ${quantile} against ${axis}`;
  // What was measured names its subject first and ends with what was asked for.
  const found = measured.replace(/^[^:]*: /, '').replace(/ \(asked .*$/, '');
  const status = STATUS[verdict];
  const asked = `exponent ${limits.join(', ')}`;
  const reason =
    status === 'inconclusive' ? { reason: 'its 95 % interval lies on both sides of the limit' } : {};
  return { gate, subject, status, found, asked, ...reason };
}

/** One row per gate on growth. */
export function growthGatesTable(cells: Cells): Table {
  return {
    title: 'Gates on growth',
    columns: [left(''), left('gate'), left('found'), left('asked'), left('because')],
    rows: growthGates(cells).map(({ status, subject, found, asked, reason, gate }) => [
      statusCell(status, reason),
      cell(subject, 'strong'),
      cell(found),
      cell(asked),
      cell(gate.because ?? '', 'dim'),
    ]),
  };
}
