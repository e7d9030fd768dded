import { type GateSpec, generatorDoubt, machineDoubt, type RunDocument } from '../../measure/index.ts';
import { formatCount } from '../../stats/index.ts';
import type { GateResult } from './gate-result.ts';
import { invariantStatus, judgeInvariants } from './invariant-gate.ts';
import { judgeMetric } from './metric-gate.ts';
import { judgeRate } from './rate-gate.ts';

export type Outcome = 'passed' | 'gate broken' | 'invariant broken' | 'inconclusive';

export interface Verdict {
  readonly outcome: Outcome;
  /** What a command ends with: 0 passed, 3 a gate was broken, 4 an invariant was broken, 6 inconclusive. */
  readonly exitCode: 0 | 3 | 4 | 6;
  readonly gates: readonly GateResult[];
  /** One line each: why it is not `passed`. */
  readonly reasons: readonly string[];
}

const EXIT_CODES = { passed: 0, 'gate broken': 3, 'invariant broken': 4, inconclusive: 6 } as const;

/**
 * The verdict on a run: a pure function of run.json. A broken invariant is exact and counts in any case, also
 * without a gate on it; then doubt about the load as a whole; then broken gates; then gates that cannot be
 * decided.
 */
export function judge(run: RunDocument): Verdict {
  const noise = machineDoubt(run);
  const gates = run.gates.flatMap((gate) => judgeGate(gate, run)).map((result) => withNoise(result, noise));
  const violated = run.invariants.filter((invariant) => invariantStatus(invariant) === 'broken');
  if (violated.length > 0) {
    const reasons = violated.map(({ title, violations, witness }) => {
      return `${title}: broken ${formatCount(violations)}×${witness ? `, first: ${witness.text}` : ''}`;
    });
    return conclude('invariant broken', gates, reasons);
  }
  const doubt = generatorDoubt(run);
  if (doubt !== undefined) return conclude('inconclusive', gates, [doubt]);
  const broken = gates.filter(({ status }) => status === 'broken');
  if (broken.length > 0) return conclude('gate broken', gates, broken.map(brokenText));
  const undecided = gates.filter(({ status }) => status === 'inconclusive');
  if (undecided.length > 0) {
    return conclude(
      'inconclusive',
      gates,
      undecided.map(({ subject, reason }) => `${subject}: ${reason}`),
    );
  }
  return conclude('passed', gates, []);
}

function judgeGate(gate: GateSpec, run: RunDocument): GateResult[] {
  switch (gate.kind) {
    case 'metric':
      return judgeMetric(gate, run);
    case 'rate':
      return [judgeRate(gate, run.load)];
    case 'invariants':
      return [judgeInvariants(gate, run.invariants)];
    case 'regression':
    case 'growth':
      // One run does not decide these: a comparison does, and the runs of a matrix together.
      return [];
  }
}

function withNoise(result: GateResult, noise: string | undefined): GateResult {
  if (result.status !== 'broken' || noise === undefined || result.gate.kind === 'invariants') return result;
  return { ...result, status: 'inconclusive', reason: `above the limit, but ${noise}` };
}

function brokenText({ subject, found, asked, gate }: GateResult): string {
  return `${subject}: ${found}, asked ${asked}${gate.because ? ` (${gate.because})` : ''}`;
}

function conclude(outcome: Outcome, gates: readonly GateResult[], reasons: readonly string[]): Verdict {
  return { outcome, exitCode: EXIT_CODES[outcome], gates, reasons };
}
