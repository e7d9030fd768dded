import { calibrate, median, seeded, UNITS } from '../stats/index.ts';
import { decideAll, type Group, minimumShare, testSides } from './compared-metric.ts';
import { ALPHA } from './decide.ts';
import { detectable } from './detectable.ts';
import type { ComparedMetric, SideSummary } from './document.ts';
import type { FoundRun } from './side/found-run.ts';
import type { Side } from './side/read-side.ts';
import { SEED, sideSummary } from './side-summary.ts';
import { type Subject, subjectsOf } from './subject.ts';
import { deviation } from './subject-test.ts';

/** Pairs of sides that each rate below is measured over. */
const ROUNDS = 200;
/** A self-test draws as many runs a side as this unless told otherwise: what nightly gates compare. */
export const SELF_TEST_RUNS = 8;

/** How the gates do on runs of one and the same code. */
export interface FalseAlarms {
  /** Runs on each side of a split. */
  readonly runs: number;
  readonly splits: number;
  readonly metrics: readonly {
    readonly subject: string;
    /** Shares of splits in which it was called better or worse, and in which nothing could be said. */
    readonly verdicts: number;
    readonly undecided: number;
  }[];
  /** Share of splits with a verdict on any gated metric. */
  readonly any: number;
  /** No more of them than the level of the tests allows. */
  readonly passed: boolean;
}

/** Whether the gates find what they say they find, and nothing where nothing is. */
export interface SelfTest {
  /** Runs on each side of a pair. */
  readonly runs: number;
  readonly pairs: number;
  readonly metrics: readonly {
    readonly subject: string;
    /**
     * The worsening that is put in, as a share: what the gate must not miss, or, where so few runs cannot promise that, what
     * they find. Null: they find nothing.
     */
    readonly injected: number | null;
    /** Shares of pairs in which the gate was broken: with the worsening in it, and as drawn. */
    readonly red: number;
    readonly falselyRed: number;
  }[];
  readonly passed: boolean;
}

/** Shares that a self-test demands. */
const DEMANDED = 0.95;

/**
 * A/A: splits runs of one side at random into halves and compares these. Every verdict is a false one.
 * @throws RangeError below 4 runs
 */
export function falseAlarms(side: Side, splits = ROUNDS): FalseAlarms {
  const { subjects, values } = gatedOf(side.runs);
  const counts = new Map(subjects.map((subject) => [subject, { verdicts: 0, undecided: 0 }]));
  const decide = (a: readonly FoundRun[], b: readonly FoundRun[]): boolean => {
    const metrics = compareHalves(subjects, values, a, b, {});
    for (const [i, { verdict, gate }] of metrics.entries()) {
      const count = counts.get(subjects[i]!)!;
      if (isChange(verdict)) count.verdicts++;
      if (gate === 'inconclusive') count.undecided++;
    }
    return metrics.some(({ verdict }) => isChange(verdict));
  };
  const { rate } = calibrate(side.runs, decide, { splits, seed: SEED });
  return {
    runs: side.runs.length >> 1,
    splits,
    metrics: subjects.map((subject) => ({
      subject: `${subject.key} ${subject.statistic}`,
      verdicts: counts.get(subject)!.verdicts / splits,
      undecided: counts.get(subject)!.undecided / splits,
    })),
    any: rate,
    passed: rate <= ALPHA,
  };
}

/** Draws pairs of sides from the runs of one side, with replacement, and puts a worsening into one metric at a time. */
export function selfTest(
  side: Side,
  options: { readonly runs?: number; readonly pairs?: number } = {},
): SelfTest {
  const { runs = SELF_TEST_RUNS, pairs = ROUNDS } = options;
  const { subjects, values } = gatedOf(side.runs);
  const random = seeded(SEED);
  const draw = () => Array.from({ length: runs }, () => side.runs[random.below(side.runs.length)]!);
  const drawn = Array.from({ length: pairs }, () => [draw(), draw()] as const);
  const brokenIn = (results: readonly ComparedMetric[][], subject: Subject) =>
    results.filter((metrics) => metrics[subjects.indexOf(subject)]!.gate === 'broken').length / pairs;
  const asDrawn = drawn.map(([a, b]) => compareHalves(subjects, values, a, b, {}));
  const withShift = (subject: Subject, shift: number) =>
    drawn.map(([a, b]) => compareHalves(subjects, values, a, b, { subject, shift }));
  const metrics = subjects.map((subject) => {
    const found = finds(subject, summaryOf(values, subject, side.runs), runs, subjects.length);
    const injected = Math.max(subject.detect, found);
    return {
      subject: `${subject.key} ${subject.statistic}`,
      injected: injected === Infinity ? null : injected,
      red: injected === Infinity ? 0 : brokenIn(withShift(subject, injected), subject),
      falselyRed: brokenIn(asDrawn, subject),
    };
  });
  const passed = metrics.every(({ red, falselyRed }) => red >= DEMANDED && 1 - falselyRed >= DEMANDED);
  return { runs, pairs, metrics, passed: passed && metrics.length > 0 };
}

type Values = ReadonlyMap<Subject, ReadonlyMap<FoundRun, SideSummary['values'][number]>>;

/** The gated subjects with the value of each run; one that a run does not have cannot be calibrated. */
function gatedOf(runs: readonly FoundRun[]): {
  readonly subjects: readonly Subject[];
  readonly values: Values;
} {
  const values = new Map<Subject, ReadonlyMap<FoundRun, SideSummary['values'][number]>>();
  for (const subject of subjectsOf(runs, runs).filter(({ gated }) => gated)) {
    const found = runs.flatMap((run) => {
      const [value] = sideSummary([run], subject, { intervals: false })?.values ?? [];
      return value ? [[run, value] as const] : [];
    });
    if (found.length === runs.length) values.set(subject, new Map(found));
  }
  return { subjects: [...values.keys()], values };
}

function compareHalves(
  subjects: readonly Subject[],
  values: Values,
  a: readonly FoundRun[],
  b: readonly FoundRun[],
  injected: { readonly subject?: Subject; readonly shift?: number },
): ComparedMetric[] {
  const group: Group = { name: '', a, b };
  const tested = subjects.map((subject) => {
    const shift = subject === injected.subject ? (injected.shift ?? 0) : 0;
    const factor = UNITS[subject.unit].better === 'lower' ? 1 + shift : 1 - shift;
    return testSides(group, subject, summaryOf(values, subject, a), summaryOf(values, subject, b, factor));
  });
  return decideAll(tested, { planning: false });
}

function summaryOf(values: Values, subject: Subject, runs: readonly FoundRun[], factor = 1): SideSummary {
  const own = runs.map((run) => values.get(subject)!.get(run)!);
  const scaled = own.map((each) => ({ ...each, value: each.value * factor }));
  return { runs: runs.length, samples: 0, value: median(scaled), interval: null, values: scaled };
}

function finds(subject: Subject, all: SideSummary, runs: number, family: number): number {
  const base = Math.abs(all.value.value);
  return detectable(runs, {
    paired: false,
    deviation: deviation(all.values) / base,
    minimum: minimumShare(subject, base),
    alpha: ALPHA / family,
  });
}

function isChange({ kind }: ComparedMetric['verdict']): boolean {
  return kind === 'better' || kind === 'worse';
}
