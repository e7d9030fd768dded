import type { ComparedMetric, ComparisonDocument } from './document.ts';

type Found = Pick<
  ComparisonDocument,
  'groups' | 'differences' | 'conditions' | 'residue' | 'invariants' | 'metrics'
>;
type Conclusion = Pick<ComparisonDocument, 'outcome' | 'exitCode' | 'reasons' | 'warnings'>;

/**
 * Of the runs of a side so many may have had a generator that did not keep up. Their values are among the others', so
 * nobody's slow runs are left out; but where they are more, both sides had not the load that was asked for.
 */
const LATE_SHARE = 0.2;

const EXIT_CODES = { passed: 0, 'invariant broken': 4, regression: 5, inconclusive: 6 } as const;

/**
 * What it all comes to. A broken invariant of the candidate is exact and comes first; then sides that cannot be compared;
 * then what got worse; then what cannot be decided.
 */
export function conclude(found: Found): Conclusion {
  const warnings = warningsOf(found);
  const end = (outcome: ComparisonDocument['outcome'], reasons: readonly string[]): Conclusion => ({
    outcome,
    exitCode: EXIT_CODES[outcome],
    reasons,
    warnings,
  });
  const violated = found.invariants.filter(({ side }) => side === 'b');
  if (violated.length > 0) return end('invariant broken', violated.map(violationText));
  const refused = found.differences.filter(({ status }) => status === 'refused');
  if (refused.length > 0) {
    const fields = [...new Set(refused.map(({ field, a, b }) => `${field}: ${a} against ${b}`))];
    return end('inconclusive', [
      ...fields,
      `unlike sides are not compared; --allow ${quoted(refused[0]!.field)} does it all the same`,
    ]);
  }
  const gated = found.metrics.filter((metric) => metric.gated);
  const broken = gated.filter(({ gate }) => gate === 'broken');
  if (broken.length > 0) return end('regression', broken.map(brokenText));
  const doubts = [
    ...found.groups.flatMap(emptySide),
    ...generatorDoubts(found),
    ...gated.filter(({ gate }) => gate === 'inconclusive').map(undecidedText),
  ];
  if (doubts.length === 0 && gated.length === 0) return end('inconclusive', ['no metric is gated']);
  return doubts.length > 0 ? end('inconclusive', doubts) : end('passed', []);
}

/** `pod-churn: cni.add p99`; without the group where there is one only. */
export function subjectText({ group, key, statistic }: ComparedMetric): string {
  return `${group === '' ? '' : `${group}: `}${key} ${statistic}`;
}

function violationText({
  run,
  title,
  violations,
  witness,
}: ComparisonDocument['invariants'][number]): string {
  return `${run}: ${title}: broken ${violations}×${witness === undefined ? '' : `, first: ${witness}`}`;
}

function brokenText(metric: ComparedMetric): string {
  const { difference, because } = metric;
  const share = difference?.relative?.value;
  const by = share === undefined ? '' : ` by ${Math.abs(share * 100).toFixed(1)} %`;
  return `${subjectText(metric)}: worse${by}${because === undefined ? '' : ` (${because})`}`;
}

function undecidedText(metric: ComparedMetric): string {
  const { verdict } = metric;
  const reason = 'reason' in verdict ? verdict.reason : 'a worsening could hide';
  return `${subjectText(metric)}: ${reason}`;
}

function emptySide({ name, runs }: ComparisonDocument['groups'][number]): string[] {
  return (['a', 'b'] as const).flatMap((side) =>
    runs[side] > 0 ? [] : [`${name === '' ? '' : `${name}: `}no run of ${side} that can be relied on`],
  );
}

/** Runs of a side that count although their generator was late, and whether they are too many. */
function lateRuns({ conditions, groups }: Found, side: 'a' | 'b') {
  const late = conditions.filter((each) => each.counted && each.side === side);
  const runs = groups.reduce((sum, group) => sum + group.runs[side], 0);
  return { late, runs, tooMany: late.length > runs * LATE_SHARE };
}

function generatorDoubts(found: Found): string[] {
  return (['a', 'b'] as const).flatMap((side) => {
    const { late, tooMany } = lateRuns(found, side);
    return tooMany ? late.map(({ run, reason }) => `${side}, ${run}: ${reason}`) : [];
  });
}

function lateWarning(found: Found, side: 'a' | 'b'): string[] {
  const { late, runs, tooMany } = lateRuns(found, side);
  const [first] = late;
  if (first === undefined || tooMany) return [];
  return [`${late.length} of ${runs} runs of ${side} count although late: ${first.run}, ${first.reason}`];
}

function warningsOf(found: Found): string[] {
  const { differences, conditions, residue, invariants } = found;
  const allowed = differences.filter(({ status }) => status === 'allowed');
  const left = conditions.filter(({ counted }) => !counted);
  return [
    ...allowed.map(
      ({ field, a, b }) => `the sides differ in ${field} (${a} against ${b}), which was allowed`,
    ),
    ...(['a', 'b'] as const).flatMap((side) => [...leftOut(side, left), ...lateWarning(found, side)]),
    ...residue.map(({ side, field, values }) => `inside ${side}, ${field} varies: ${values.join(', ')}`),
    ...invariants
      .filter(({ side }) => side === 'a')
      .map((each) => `the baseline broke an invariant: ${violationText(each)}`),
  ];
}

function leftOut(side: 'a' | 'b', left: Found['conditions']): string[] {
  const [first, ...others] = left.filter((each) => each.side === side);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `; ${others.length} more like it`;
  return [`left out of ${side}: ${first.run}, ${first.reason}${more}`];
}

/** As a shell takes it for one word. */
function quoted(field: string): string {
  return field.includes(' ') ? `'${field}'` : field;
}
