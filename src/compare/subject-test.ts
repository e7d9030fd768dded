import {
  type Bound,
  cliffsDelta,
  hodgesLehmann,
  mannWhitney,
  signedRank,
  walshShift,
} from '../stats/index.ts';
import { type Dispersion, detectable } from './detectable.ts';
import type { ComparedMetric, SideSummary } from './document.ts';

/** Coverage of every interval. */
export const LEVEL = 0.95;

/** How the values of runs differ, by one test. */
export interface SubjectTest {
  readonly kind: NonNullable<ComparedMetric['test']>;
  readonly p: number;
  /** How far b lies above a, with its interval; undefined where bounds leave it open. */
  readonly shift: number | undefined;
  readonly low: number;
  readonly high: number;
  /** Standard deviation from run to run, or of the differences of pairs. */
  readonly deviation: number;
}

/** Run values against run values, whoever is whose partner. */
export function testOfSides(a: SideSummary, b: SideSummary): SubjectTest {
  return {
    kind: 'mann-whitney',
    p: mannWhitney(a.values, b.values).p,
    ...hodgesLehmann(a.values, b.values, LEVEL),
    deviation: deviation(a.values, b.values),
  };
}

/** The differences of partners; undefined where a value is only a bound, since its difference is none. */
export function testOfPairs(pairs: readonly (readonly [Bound, Bound])[]): SubjectTest | undefined {
  if (pairs.flat().some(({ atLeast }) => atLeast)) return undefined;
  const differences = pairs.map(([a, b]) => b.value - a.value);
  return {
    kind: 'signed-rank',
    p: signedRank(differences).p,
    ...walshShift(differences, LEVEL),
    deviation: deviation(differences.map((value) => ({ value }))),
  };
}

/** The one of two tests that finds the smaller change: it is chosen by how values spread, not by what they say. */
export function sharper(
  tests: readonly SubjectTest[],
  runs: number,
  base: number,
  limits: Pick<Dispersion, 'minimum' | 'alpha'>,
): SubjectTest {
  const [sides, pairs] = tests as readonly [SubjectTest, SubjectTest | undefined];
  if (!pairs || base === 0) return sides;
  const finds = (test: SubjectTest) => detectable(runs, dispersionOf(test, base, limits));
  return finds(pairs) < finds(sides) ? pairs : sides;
}

/** The spread of a test as shares of `base`. */
export function dispersionOf(
  { kind, deviation }: SubjectTest,
  base: number,
  limits: Pick<Dispersion, 'minimum' | 'alpha'>,
): Dispersion {
  return { paired: kind === 'signed-rank', deviation: deviation / base, ...limits };
}

/** Cliff's delta of run values. */
export function effectOf(a: SideSummary, b: SideSummary): number {
  return cliffsDelta(a.values, b.values);
}

/** Standard deviation within the sides, all together; 0 where no side has two values. */
export function deviation(...sides: readonly (readonly { readonly value: number }[])[]): number {
  let squares = 0;
  let freedom = 0;
  for (const values of sides) {
    const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
    for (const { value } of values) squares += (value - mean) ** 2;
    freedom += values.length - 1;
  }
  return freedom > 0 ? Math.sqrt(squares / freedom) : 0;
}
