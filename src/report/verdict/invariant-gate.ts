import type { GateSpec, InvariantResult } from '../../measure/index.ts';
import type { GateResult, GateStatus } from './gate-result.ts';

/** Inconclusive when no check was made, or the checks cannot be relied on. */
export function invariantStatus({ violations, checks, unknown, notApplicable }: InvariantResult): GateStatus {
  if (violations > 0) return 'broken';
  if (notApplicable !== undefined) return 'not applicable';
  return checks === 0 || unknown !== undefined ? 'inconclusive' : 'held';
}

/** Judges the demand that every invariant holds exactly. */
export function judgeInvariants(
  gate: Extract<GateSpec, { kind: 'invariants' }>,
  invariants: readonly InvariantResult[],
): GateResult {
  const broken = invariants.filter((invariant) => invariantStatus(invariant) === 'broken');
  const doubtful = invariants.find((invariant) => invariantStatus(invariant) === 'inconclusive');
  const result = { gate, subject: 'invariants', asked: 'all hold' };
  if (broken.length > 0) {
    return { ...result, status: 'broken', found: `${broken.length} of ${invariants.length} broken` };
  }
  const held = invariants.filter((invariant) => invariantStatus(invariant) === 'held');
  if (held.length === 0 || doubtful) {
    const reason = doubtful
      ? `${doubtful.title}: ${doubtful.unknown ?? 'never checked'}`
      : 'none was checked';
    return { ...result, status: 'inconclusive', found: '-', reason };
  }
  return { ...result, status: 'held', found: `${held.length} hold` };
}
