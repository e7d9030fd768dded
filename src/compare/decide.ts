import { UNITS } from '../stats/index.ts';
import { type Dispersion, detectable, MOST_RUNS, runsNeeded } from './detectable.ts';
import type { ComparedMetric, ComparisonVerdict } from './document.ts';
import type { Subject } from './subject.ts';

/** A change that chance explains in fewer cases is one. */
export const ALPHA = 0.05;

type Difference = NonNullable<ComparedMetric['difference']>;
type Decision = Pick<ComparedMetric, 'verdict' | 'gate' | 'detectable'>;

export interface Evidence {
  readonly difference: Difference;
  readonly pHolm: number;
  /** Runs of the smaller side. */
  readonly runs: number;
  /** Undefined where the value of a is 0 or runs have no spread to speak of. */
  readonly dispersion: Dispersion | undefined;
}

/**
 * What a difference means. Worse or better: chance explains it in fewer than ALPHA of cases after Holm, and it reaches the
 * minimum, relative and absolute. The same: its whole interval lies within what must be detected. Else nothing can be
 * said, and how many runs it would take is.
 */
export function decide(subject: Subject, evidence: Evidence): Decision {
  const { difference, pHolm, runs, dispersion } = evidence;
  const worseIsUp = UNITS[subject.unit].better === 'lower';
  const found = dispersion && detectable(runs, dispersion);
  const shown = found === undefined || found === Infinity ? null : found;
  if (pHolm < ALPHA && reaches(subject, difference)) {
    const kind = difference.absolute.value > 0 === worseIsUp ? 'worse' : 'better';
    return { verdict: { kind }, gate: kind === 'worse' ? 'broken' : 'held', detectable: shown };
  }
  const [low, high] = shares(subject, difference);
  const within = Math.max(Math.abs(low), Math.abs(high));
  const worst = worseIsUp ? high : -low;
  const gate = worst <= subject.detect ? 'held' : 'inconclusive';
  const verdict: ComparisonVerdict =
    within <= subject.detect ? { kind: 'same', within } : undecided(subject, evidence);
  return { verdict, gate, detectable: shown };
}

function reaches({ minimum }: Subject, { absolute, relative }: Difference): boolean {
  const share = relative === null ? Infinity : Math.abs(relative.value);
  return share >= minimum.relative && Math.abs(absolute.value) >= minimum.absolute && absolute.value !== 0;
}

/** The ends of the interval as shares of a; an end below the absolute minimum counts as no change. */
function shares(
  { minimum }: Subject,
  { absolute, relative }: Difference,
): readonly [low: number, high: number] {
  const share = (end: 'low' | 'high') => {
    const value = absolute[end];
    const open = end === 'low' ? -Infinity : Infinity;
    if (value === null) return open;
    if (value === 0 || Math.abs(value) < minimum.absolute) return 0;
    return relative?.[end] ?? (value > 0 ? Infinity : -Infinity);
  };
  return [share('low'), share('high')];
}

/** How many runs a side would decide: by the spread from run to run, else by how fast the interval narrows. */
function undecided(subject: Subject, { runs, dispersion, difference }: Evidence): ComparisonVerdict {
  const { relative } = difference;
  if (!dispersion || !relative)
    return { kind: 'inconclusive', needed: null, reason: 'no share of a value of 0' };
  const bySpread = runsNeeded(subject.detect, dispersion) ?? Infinity;
  const needed = bySpread > runs ? bySpread : Math.max(runs + 1, byInterval(subject.detect, relative, runs));
  return needed <= MOST_RUNS
    ? { kind: 'inconclusive', needed, reason: `needs n ≥ ${needed}` }
    : { kind: 'inconclusive', needed: null, reason: `needs n > ${MOST_RUNS}` };
}

/** The interval has to become shorter than what lies between the value and the limit; it does with the root of n. */
function byInterval(
  limit: number,
  { value, low, high }: NonNullable<Difference['relative']>,
  runs: number,
): number {
  if (low === null || high === null) return Infinity;
  const half = Math.max(high - value, value - low);
  return Math.ceil(runs * (half / Math.abs(limit - Math.abs(value))) ** 2);
}
