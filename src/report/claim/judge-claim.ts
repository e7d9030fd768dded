import type { Claim, MatrixCell, RunDocument, Summary } from '../../measure/index.ts';
import { fitGrowth, format } from '../../stats/index.ts';
import { exponentText } from '../matrix/growth.ts';
import { judge } from '../verdict/judge.ts';

export type ClaimVerdict = 'confirmed' | 'refuted' | 'not decided';

/** What became of a published claim. */
export interface ClaimResult {
  readonly text: string;
  readonly source: string;
  readonly verdict: ClaimVerdict;
  /** A line for each rule: what was measured, and what was asked for. */
  readonly measured: readonly string[];
}

type Cells = readonly Pick<MatrixCell, 'cell' | 'run'>[];
type Rule = Claim['rules'][number];
type Growth = Extract<Rule, { growth: string }>;
type Compare = Extract<Rule, { compare: string }>;
type Judged = readonly [verdict: ClaimVerdict, measured: string];

/** A run by itself; undefined without a claim, and where it takes a matrix to decide. */
export function claimOfRun(run: RunDocument): ClaimResult | undefined {
  const { claim } = run.scenario;
  const byRun = claim?.rules.every((rule) => 'gates' in rule);
  return claim && byRun ? judgeClaim(claim, [{ cell: {}, run }]) : undefined;
}

/** All runs of a matrix together; undefined without a claim. */
export function claimOfMatrix(cells: Cells): ClaimResult | undefined {
  const claim = cells[0]?.run.scenario.claim;
  return claim && judgeClaim(claim, cells);
}

function judgeClaim({ text, source, rules }: Claim, cells: Cells): ClaimResult {
  const judged = rules.flatMap((rule): Judged[] => {
    if ('gates' in rule) return cells.map(({ run }) => byGates(run));
    return ['growth' in rule ? byGrowth(rule, cells) : byComparison(rule, cells)];
  });
  const verdicts = judged.map(([verdict]) => verdict);
  const verdict = verdicts.includes('refuted')
    ? 'refuted'
    : verdicts.every((each) => each === 'confirmed')
      ? 'confirmed'
      : 'not decided';
  return { text, source, verdict, measured: judged.map(([, measured]) => measured) };
}

function byGates(run: RunDocument): Judged {
  const { outcome, gates } = judge(run);
  const measured = gates
    .filter(({ gate }) => gate.kind !== 'invariants')
    .map(({ subject, found, asked }) => `${subject} ${found} (asked ${asked})`)
    .join(', ');
  const verdict = outcome === 'passed' ? 'confirmed' : outcome === 'gate broken' ? 'refuted' : 'not decided';
  return [verdict, measured];
}

/** Whether a cost grows as a rule says, and what was measured. */
export function byGrowth(
  { growth, phase, quantile, axis, where, model, exponent }: Growth,
  cells: Cells,
): Judged {
  const points = cells
    .filter(({ cell }) => agrees(cell, where))
    .flatMap(({ cell, run }) => {
      const summary = find(run, growth, phase);
      return summary ? [[Number(cell[axis]), costOf(summary, quantile)] as const] : [];
    })
    .filter(([, cost]) => cost > 0);
  const name = `${nameOf(growth, phase)} ${quantile} against ${axis}`;
  if (points.length < 4) return ['not decided', `${name}: ${points.length} sizes, a fit needs 4`];
  const fit = fitGrowth(points);
  const { low, high } = fit.exponent;
  const asked: string[] = [];
  const verdicts: ClaimVerdict[] = [];
  if (model !== undefined) {
    asked.push(model.join(' or '));
    verdicts.push(model.includes(fit.model) ? 'confirmed' : 'refuted');
  }
  if (exponent !== undefined) {
    const { min, max } = exponent;
    asked.push(`an exponent within ${min} and ${max}`);
    verdicts.push(
      low >= min && high <= max ? 'confirmed' : high < min || low > max ? 'refuted' : 'not decided',
    );
  }
  const verdict = verdicts.find((each) => each !== 'confirmed') ?? 'confirmed';
  return [verdict, `${name}: ${fit.model}, exponent ${exponentText(fit)} (asked ${asked.join(', ')})`];
}

function byComparison({ compare, phase, quantile, of, to, ratio }: Compare, cells: Cells): Judged {
  const [one, other] = [of, to].map((wanted) => {
    const run = cells.find(({ cell }) => agrees(cell, wanted))?.run;
    return run && find(run, compare, phase);
  });
  const name = `${nameOf(compare, phase)} ${quantile}`;
  if (!one || !other) return ['not decided', `${name}: not measured on both sides`];
  const [a, b] = [one[quantile].value, other[quantile].value];
  const { min = -Infinity, max = Infinity } = ratio;
  const asked = min === -Infinity ? `at most ${max}` : `at least ${min}`;
  const measured = `${name}: ${format(a, one.unit)} to ${format(b, other.unit)}, ratio ${(a / b).toFixed(2)} (asked ${asked})`;
  return [a / b >= min && a / b <= max ? 'confirmed' : 'refuted', measured];
}

function agrees(cell: MatrixCell['cell'], wanted: Readonly<Record<string, string | number>>): boolean {
  return Object.entries(wanted).every(([axis, value]) => cell[axis] === value);
}

function find(run: RunDocument, metric: string, phase: string | undefined): Summary | undefined {
  return run.summaries.find(
    (each) => each.metric === metric && (phase === undefined || each.labels.phase === phase),
  );
}

function nameOf(metric: string, phase: string | undefined): string {
  return phase === undefined ? metric : `${metric} of ${phase}`;
}

/** A rate counts as the time that one takes. */
function costOf(summary: Summary, quantile: Growth['quantile']): number {
  const { value } = summary[quantile];
  return summary.unit === '1/s' || summary.unit === 'bytes/s' ? 1 / value : value;
}
