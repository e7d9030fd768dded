import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CompareError,
  type ComparisonDocument,
  compare,
  readSide,
  type SelfTest,
  type Side,
  selfTest,
} from '../compare/index.ts';
import type { RunDocument } from '../measure/index.ts';
import { judge } from '../report/index.ts';
import { format } from '../stats/index.ts';
import type { MeasuredEntry } from './measure-entry.ts';
import { type NightEntry, type Outcome, type Trouble, worst } from './night-document.ts';
import { SIDES, type SideName } from './order.ts';

/** Name of the comparison in the folder of a series. */
export const COMPARISON_FILE = 'comparison.json';

/** What came of one entry: what is stored of it, and the comparison of its sides where both have runs. */
export interface ConcludedEntry {
  readonly entry: NightEntry;
  readonly comparison: ComparisonDocument | undefined;
  /** That were compared, of both sides. */
  readonly runs: readonly RunDocument[];
}

interface Finding {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
}

/**
 * Concludes from the runs of an entry: a function of its folders, so that it can be done again with other rules. Writes
 * the comparison beside the runs. @throws RunFolderError damaged, newer-format
 */
export async function concludeEntry(folder: string, measured: MeasuredEntry): Promise<ConcludedEntry> {
  const series = path.join(folder, measured.series);
  const [a, b] = await Promise.all(SIDES.map((name) => sideOf(series, name)));
  const comparison = a && b && { ...compare(a, b), title: measured.name };
  if (comparison) {
    await writeFile(path.join(series, COMPARISON_FILE), `${JSON.stringify(comparison, null, 1)}\n`);
  }
  const tested = comparison && tryGates(a, comparison);
  const findings: Finding[] = [
    ...measured.troubles.map(troubleFinding),
    ...(b ? [brokenGates(b)] : []),
    ...(tested ? [distrust(tested)] : []),
    comparison ?? { outcome: 'inconclusive', reasons: ['there are not runs of both sides'] },
  ];
  const reasons = findings.flatMap((each) => (each.outcome === 'passed' ? [] : each.reasons));
  const outcome = worst(findings.map((each) => each.outcome));
  const runs = [a, b].flatMap((side) => side?.runs ?? []).map(({ run }) => run);
  const { name, scenario, substrate, series: place, troubles } = measured;
  const facts = { name, scenario, substrate, series: place, troubles };
  return { comparison, runs, entry: { ...facts, ...(tested && { selfTest: tested }), outcome, reasons } };
}

/** Puts the gates to the test on what they were decided by: runs on a machine that did something else are not. */
function tryGates(side: Side, { conditions }: ComparisonDocument): SelfTest | undefined {
  const left = new Set(conditions.filter(({ counted }) => !counted).map(({ run }) => run));
  const runs = side.runs.filter(({ run }) => !left.has(run.id));
  return runs.length === 0 ? undefined : selfTest({ ...side, runs }, { runs: runs.length });
}

async function sideOf(series: string, name: SideName): Promise<Side | undefined> {
  try {
    return { ...(await readSide(`${series}@${name}`)), name };
  } catch (error) {
    if (error instanceof CompareError) return undefined;
    throw error;
  }
}

/** An older revision may not know a newer scenario; anything else that leaves no run is a failure. */
function troubleFinding({ side, exitCode, message, log }: Trouble): Finding {
  const refused = side === 'baseline' && exitCode === 2;
  const what = refused ? 'the baseline refuses the scenario' : `a run of the ${side} left no result`;
  return {
    outcome: refused ? 'inconclusive' : 'harness failed',
    reasons: [`${what}: ${message} (${log})`],
  };
}

/** Limits that more than half of the candidate's runs break: one run in many may have bad luck. */
function brokenGates({ runs }: Side): Finding {
  const broken = runs.flatMap(({ run }) =>
    judge(run).gates.filter(({ status, gate }) => status === 'broken' && gate.kind !== 'invariants'),
  );
  const byGate = Map.groupBy(broken, ({ subject, asked }) => `${subject} ${asked}`);
  const reasons = [...byGate].flatMap(([gate, results]) =>
    2 * results.length > runs.length
      ? [`${gate}: broken in ${results.length} of ${runs.length} runs, last found ${results.at(-1)!.found}`]
      : [],
  );
  return { outcome: reasons.length > 0 ? 'gate broken' : 'passed', reasons };
}

/** What a gate does not see, or sees where nothing is, cannot be concluded from. */
function distrust({ passed, metrics }: SelfTest): Finding {
  if (passed) return { outcome: 'passed', reasons: [] };
  const rates = metrics.map(
    ({ subject, red, falselyRed }) =>
      `${subject} red in ${format(red, 'ratio')} of the copies with a worsening, in ${format(falselyRed, 'ratio')} without`,
  );
  return {
    outcome: 'inconclusive',
    reasons: [`the self-test failed: ${rates.join('; ') || 'no metric is gated'}`],
  };
}
