import { type Bound, holm, UNITS } from '../stats/index.ts';
import { ALPHA, decide } from './decide.ts';
import type { ComparedMetric, SideSummary } from './document.ts';
import { partnersOf } from './pairing.ts';
import type { FoundRun } from './side/found-run.ts';
import { sideSummary } from './side-summary.ts';
import type { Subject } from './subject.ts';
import {
  dispersionOf,
  effectOf,
  type SubjectTest,
  sharper,
  testOfPairs,
  testOfSides,
} from './subject-test.ts';

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
  /** That of sides, and that of pairs where there are some; empty where a run lacks the metric. */
  readonly tests: readonly SubjectTest[];
}

/** Tests one subject: run summaries against run summaries. */
export function testSubject(group: Group, subject: Subject): Tested {
  const [a, b] = [sideSummary(group.a, subject), sideSummary(group.b, subject)];
  const tested = testSides(group, subject, a, b);
  const partners = tested.tests.length > 0 ? partnersOf(group.a, group.b) : undefined;
  if (!a || !b || !partners) return tested;
  const values = new Map(b.values.map((each) => [each.run, each]));
  const pairs = a.values.map((value, i) => [value, values.get(partners[i]!.run.id)!] as const);
  return { ...tested, tests: [...tested.tests, ...[testOfPairs(pairs) ?? []].flat()] };
}

/** The test of summaries that are there; every run of a side must have the metric. */
export function testSides(
  group: Group,
  subject: Subject,
  a: SideSummary | undefined,
  b: SideSummary | undefined,
): Tested {
  const complete = a?.runs === group.a.length && b?.runs === group.b.length;
  return { group, subject, a, b, tests: complete ? [testOfSides(a, b)] : [] };
}

/**
 * Corrects for how many were tested, the gated ones among themselves and the others among themselves, and decides each.
 * `planning` (what could be detected, how many runs it would take) is left out by who decides many times over.
 */
export function decideAll(all: readonly Tested[], { planning = true } = {}): ComparedMetric[] {
  const metrics = new Map<Tested, ComparedMetric>();
  for (const gated of [true, false]) {
    const own = all.filter(({ subject }) => subject.gated === gated);
    const tested = own.filter(({ tests }) => tests.length > 0);
    const alpha = ALPHA / Math.max(1, tested.length);
    const chosen = tested.map((each) => {
      const base = Math.abs(each.a!.value.value);
      const limits = { minimum: minimumShare(each.subject, base), alpha };
      return sharper(each.tests, each.a!.runs, base, limits);
    });
    const adjusted = holm(chosen.map(({ p }) => p));
    for (const each of own) {
      const i = tested.indexOf(each);
      const metric =
        i < 0
          ? missingMetric(each)
          : decidedMetric(each, chosen[i]!, adjusted[i]!, planning ? alpha : undefined);
      metrics.set(each, metric);
    }
  }
  return all.map((each) => metrics.get(each)!);
}

/** The smallest change that counts, as a share of `base`. */
export function minimumShare({ minimum }: Subject, base: number): number {
  return Math.max(minimum.relative, base > 0 ? minimum.absolute / base : 0);
}

function common({ group, subject, a, b }: Tested) {
  const bounded = [a, b].some((side) => side?.values.some(({ atLeast }) => atLeast));
  const warning =
    'in some runs it falls among failed or pending operations and is only known to be at least this';
  return {
    group: group.name,
    ...subject,
    better: UNITS[subject.unit].better,
    a: a ?? null,
    b: b ?? null,
    warnings: bounded ? [warning] : [],
  };
}

function decidedMetric(
  tested: Tested,
  test: SubjectTest,
  pHolm: number,
  alpha: number | undefined,
): ComparedMetric {
  const { subject } = tested;
  const [a, b] = [tested.a!, tested.b!];
  const difference = differenceOf(test, a.value);
  const base = Math.abs(a.value.value);
  const isPlanned = base > 0 && alpha !== undefined;
  const decision = decide(subject, {
    difference,
    pHolm,
    runs: Math.min(a.runs, b.runs),
    dispersion: isPlanned
      ? dispersionOf(test, base, { minimum: minimumShare(subject, base), alpha })
      : undefined,
  });
  return {
    ...common(tested),
    difference,
    test: test.kind,
    p: test.p,
    pHolm,
    effect: effectOf(a, b),
    ...decision,
    gate: subject.gated ? decision.gate : null,
  };
}

function missingMetric(tested: Tested): ComparedMetric {
  const { group, subject, a, b } = tested;
  const side = a?.runs === group.a.length ? 'b' : 'a';
  const [has, of] = side === 'a' ? [a, group.a.length] : [b, group.b.length];
  return {
    ...common(tested),
    ...{ difference: null, test: null, p: null, pHolm: null, effect: null, detectable: null },
    gate: subject.gated ? 'inconclusive' : null,
    verdict: { kind: 'missing', side, reason: `${side} has it in ${has?.runs ?? 0} of ${of} runs` },
  };
}

function differenceOf(
  { shift, low, high }: SubjectTest,
  base: Bound,
): NonNullable<ComparedMetric['difference']> {
  const end = (value: number, scale: number) => (Number.isFinite(value) ? value / scale : null);
  // Where bounds leave the shift open, the end that is known is the most that can be said.
  const value = shift ?? (Number.isFinite(low) ? low : Number.isFinite(high) ? high : 0);
  const by = (scale: number) => ({ value: value / scale, low: end(low, scale), high: end(high, scale) });
  const scale = Math.abs(base.value);
  return { absolute: by(1), relative: scale > 0 && !base.atLeast ? by(scale) : null };
}
