import { comparisonCases, type JunitCase, junitXml } from '../report/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';

/**
 * A night for machines that read test results: a suite per scenario, in it a case for its outcome, and those of its
 * comparison. What is inconclusive counts as failed: nobody may take it for a pass.
 */
export function nightJunit(entries: readonly ConcludedEntry[]): string {
  return junitXml(entries.map((each) => ({ name: each.entry.name, cases: casesOf(each) })));
}

function casesOf({ entry, comparison }: ConcludedEntry): JunitCase[] {
  const { outcome, reasons } = entry;
  const failure = outcome === 'passed' ? undefined : { type: outcome, message: reasons.join('\n') };
  return [
    { name: 'outcome', ...(failure && { failure }) },
    ...(comparison ? comparisonCases(comparison) : []),
  ];
}
