import type { FoundRun } from '../../compare/index.ts';
import type { StoredComparison } from './stored-comparison.ts';

/** What one entry of a folder of results holds: a run, a series, a night of several series, or a comparison. */
export interface Night {
  /** Its name in the folder. */
  readonly id: string;
  /** In the order of time; without windows, histograms and texts, of which a year of nights is too much. */
  readonly runs: readonly FoundRun[];
  readonly comparisons: readonly StoredComparison[];
}

/** When a night began: with the first of its runs. */
export function startOf({ runs, comparisons }: Pick<Night, 'runs' | 'comparisons'>): string {
  const compared = comparisons.flatMap(({ sides }) => [...sides.a.runs, ...sides.b.runs]);
  return [...runs.map(({ run }) => run), ...compared].map(({ startedAt }) => startedAt).toSorted()[0]!;
}

/** The same run without what a history does not look at. */
export function slim(found: FoundRun): FoundRun {
  const { run } = found;
  return {
    ...found,
    run: {
      ...run,
      windows: [],
      scenario: { ...run.scenario, source: '' },
      summaries: run.summaries.map((each) => ({ ...each, histogram: { scale: 1, encoded: '' } })),
    },
  };
}
