import type { InvariantResult, RunDocument } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { invariantStatus } from '../verdict/invariant-gate.ts';
import { statusCell } from './status-cell.ts';
import { cell, left, right, type Table } from './table.ts';

/** One row per invariant with its first witness: when in the run, and how old it was. */
export function invariantsTable({ invariants, clock }: RunDocument): Table {
  return {
    title: 'Invariants',
    columns: [left(''), left('invariant'), right('violations'), right('checks'), left('first witness')],
    rows: invariants.map((invariant) => [
      statusCell(
        invariantStatus(invariant),
        invariant.notApplicable ?? invariant.unknown ?? unchecked(invariant),
      ),
      cell(invariant.title),
      cell(formatCount(invariant.violations), invariant.violations > 0 ? 'bad' : undefined),
      cell(formatCount(invariant.checks)),
      cell(witnessText(invariant, clock.startNs)),
    ]),
  };
}

function unchecked({ checks }: InvariantResult): string | undefined {
  return checks === 0 ? 'never checked in this run' : undefined;
}

function witnessText({ witness }: InvariantResult, startNs: number): string {
  if (witness === undefined) return '';
  const age = witness.ageNs > 0 ? `, ${format(witness.ageNs, 'ns')} old` : '';
  return `${witness.text} (at ${format(witness.at - startNs, 'ns')}${age})`;
}
