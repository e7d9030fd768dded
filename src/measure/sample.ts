import { FAILURE_CLASSES, type FailureClass } from '../cni/index.ts';
import type { MetricName } from './metrics.ts';

/** What became of an operation; `pending` is one that had no answer when the run ended. */
export type Outcome = 'ok' | 'pending' | FailureClass;

/** The outcome as one byte, in files and columns: its place in this list. */
export const OUTCOMES: readonly Outcome[] = ['ok', 'pending', ...FAILURE_CLASSES];

/** One measured operation. */
export interface Sample {
  readonly metric: MetricName;
  /** What was measured, in the metric's unit: ns for every duration. Negative values are kept: a defect. */
  readonly ns: number;
  /** CLOCK_MONOTONIC in ns of the arrival or the intended start. */
  readonly at: number;
  readonly ok: boolean;
  /** Why it failed; `other` when `ok` is false and nothing is said. */
  readonly class?: FailureClass;
  /** True for an operation without an answer at the end of the run: `ns` is its age, `ok` is false. */
  readonly pending?: boolean;
  readonly node?: string;
  readonly pod?: string;
  /** Each distinct set of labels is a series of its own, so: few values each (a plugin, not a pod). */
  readonly labels?: Readonly<Record<string, string>>;
}

export function outcomeOf(sample: Sample): Outcome {
  if (sample.ok) return 'ok';
  return sample.pending ? 'pending' : (sample.class ?? 'other');
}
