import type { Facts } from './case.ts';
import type { Column } from './column.ts';
import type { Seen } from './judge.ts';

/** `limit`: not as Kubernetes has it, for a reason that is known of this network and this machine. */
export type CellStatus = 'pass' | 'fail' | 'limit' | 'not-applicable';

export interface Cell extends Column {
  readonly status: CellStatus;
  /** Why it failed, which limit it is, or why it was not asked. */
  readonly reason?: string;
  /** What was expected, in the words of Expectation, and why where Kubernetes lets implementations differ. */
  readonly expected?: string;
  readonly why?: string;
  readonly seen?: Seen;
}

export interface Row {
  readonly group: string;
  /** As `--only` has it. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly backend: string;
  readonly cells: readonly Cell[];
}

/** The truth table as it was found. */
export interface ConnectivityResult {
  readonly lab: string;
  readonly kernel: string;
  readonly facts: Facts;
  /** The client's node and the other. */
  readonly nodes: readonly string[];
  readonly rows: readonly Row[];
  readonly totals: Readonly<Record<CellStatus, number>>;
}

/** Cells by what became of them. */
export function totalsOf(rows: readonly Row[]): Record<CellStatus, number> {
  const totals: Record<CellStatus, number> = { pass: 0, fail: 0, limit: 0, 'not-applicable': 0 };
  for (const { status } of rows.flatMap(({ cells }) => cells)) totals[status]++;
  return totals;
}
