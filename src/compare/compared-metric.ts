import {
  type Bound,
  cliffsDelta,
  type HodgesLehmann,
  hodgesLehmann,
  holm,
  mannWhitney,
  UNITS,
} from '../stats/index.ts';
import { ALPHA, decide } from './decide.ts';
import type { ComparedMetric, SideSummary } from './document.ts';
import type { FoundRun } from './side/found-run.ts';
import { sideSummary } from './side-summary.ts';
import type { Subject } from './subject.ts';

/** Coverage of every interval. */
export const LEVEL = 0.95;

/** Runs of both sides that are alike in all but what is compared. */
export interface Group {
  readonly name: string;
  readonly a: readonly FoundRun[];
  readonly b: readonly FoundRun[];
}

/** A subject with what both sides say of it, before all tests are seen together. */
export interface Tested {
  readonly group: Group;
  readonly subject: Subject;
  readonly a: SideSummary | undefined;
  readonly b: SideSummary | undefined;
  readonly test: { readonly p: number; readonly shift: HodgesLehmann; readonly effect: number } | undefined;
}

/** Tests one subject: run summaries against run summaries. */
export function testSubject(group: Group, subject: Subject): Tested {
  return testSides(group, subject, sideSummary(group.a, subject), sideSummary(group.b, subject));
}

/** The same of summaries that are there; every run of a side must have the metric. */
export function testSides(
  group: Group,
  subject: Subject,
  a: SideSummary | undefined,
  b: SideSummary | undefined,
): Tested {
  const complete = a?.runs === group.a.length && b?.runs === group.b.length;
  if (!complete) return { group, subject, a, b, test: undefined };
  const test = {
    p: mannWhitney(a.values, b.values).p,
    shift: hodgesLehmann(a.values, b.values, LEVEL),
    effect: cliffsDelta(a.values, b.values),
  };
  return { group, subject, a, b, test };
}

/** Corrects for how many were tested, the gated ones among themselves and the others among themselves, and decides each. */
export function decideAll(tested: readonly Tested[]): ComparedMetric[] {
  const adjusted = new Map<Tested, number>();
  const alphas = new Map<boolean, number>();
  for (const gated of [true, false]) {
    const family = tested.filter(({ subject, test }) => subject.gated === gated && test !== undefined);
    for (const [i, p] of holm(family.map(({ test }) => test!.p)).entries()) adjusted.set(family[i]!, p);
    alphas.set(gated, ALPHA / Math.max(1, family.length));
  }
  return tested.map((each) => comparedMetric(each, adjusted.get(each), alphas.get(each.subject.gated)!));
}

function comparedMetric(tested: Tested, pHolm: number | undefined, alpha: number): ComparedMetric {
  const { group, subject, a, b, test } = tested;
  const common = {
    group: group.name,
    ...subject,
    better: UNITS[subject.unit].better,
    a: a ?? null,
    b: b ?? null,
    warnings: warningsOf(tested),
  };
  if (!a || !b || !test || pHolm === undefined) {
    const nothing = { difference: null, p: null, pHolm: null, effect: null, detectable: null };
    const gate = subject.gated ? ('inconclusive' as const) : null;
    return { ...common, ...nothing, gate, verdict: missing(tested) };
  }
  const difference = differenceOf(test.shift, a.value);
  const base = Math.abs(a.value.value);
  const decision = decide(subject, {
    difference,
    pHolm,
    runs: Math.min(a.runs, b.runs),
    dispersion:
      base > 0
        ? { deviation: deviation(a, b) / base, minimum: minimumShare(subject, base), alpha }
        : undefined,
  });
  return {
    ...common,
    difference,
    p: test.p,
    pHolm,
    effect: test.effect,
    ...decision,
    gate: subject.gated ? decision.gate : null,
  };
}

function missing({ group, a, b }: Tested): ComparedMetric['verdict'] {
  const side = a?.runs === group.a.length ? 'b' : 'a';
  const [has, of] = side === 'a' ? [a, group.a.length] : [b, group.b.length];
  return { kind: 'missing', side, reason: `${side} has it in ${has?.runs ?? 0} of ${of} runs` };
}

function differenceOf(
  { shift, low, high }: HodgesLehmann,
  base: Bound,
): NonNullable<ComparedMetric['difference']> {
  const end = (value: number, scale: number) => (Number.isFinite(value) ? value / scale : null);
  // Where bounds leave the shift open, the end that is known is the most that can be said.
  const value = shift ?? (Number.isFinite(low) ? low : Number.isFinite(high) ? high : 0);
  const by = (scale: number) => ({ value: value / scale, low: end(low, scale), high: end(high, scale) });
  const scale = Math.abs(base.value);
  return { absolute: by(1), relative: scale > 0 && !base.atLeast ? by(scale) : null };
}

/** The smallest change that counts, as a share of `base`. */
export function minimumShare({ minimum }: Subject, base: number): number {
  return Math.max(minimum.relative, minimum.absolute / base);
}

/** Standard deviation from run to run within the sides, all together; 0 where no side has two runs. */
export function deviation(...sides: readonly SideSummary[]): number {
  let squares = 0;
  let freedom = 0;
  for (const { values } of sides) {
    const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
    for (const { value } of values) squares += (value - mean) ** 2;
    freedom += values.length - 1;
  }
  return freedom > 0 ? Math.sqrt(squares / freedom) : 0;
}

function warningsOf({ a, b }: Tested): string[] {
  const bounded = [a, b].some((side) => side?.values.some(({ atLeast }) => atLeast));
  return bounded
    ? ['in some runs it falls among failed or pending operations and is only known to be at least this']
    : [];
}
