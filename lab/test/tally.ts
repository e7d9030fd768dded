export interface Skip {
  readonly test: string;
  readonly reason: string;
}

/** What became of tests, or of anything that is counted as one. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
}

export const NOTHING: Tally = { passed: 0, failed: 0, skips: [] };

export function addTallies(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skips: [...a.skips, ...b.skips] };
}

/** The last line of a test run, for people and for machines. */
export function tallyLine({ passed, failed, skips }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skips.length} skipped`;
}
