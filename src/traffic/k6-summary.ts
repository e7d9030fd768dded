import { z } from 'zod';
import { TrafficError } from './traffic-error.ts';

/** What k6 counted. */
export interface ScriptCounts {
  readonly iterations: number;
  /** Iterations that an arrival-rate executor could not begin, since no virtual user was free: too much was asked. */
  readonly droppedIterations: number;
  /** Requests of all batches, failed ones and answers from backends that were not expected among them. */
  readonly requests: number;
  readonly failed: number;
  readonly misrouted: number;
}

/** `--summary-export`: metrics by name; a counter has its count. */
const document = z.object({ metrics: z.record(z.string(), z.looseObject({ count: z.number().optional() })) });

/** Reads what `k6 run --summary-export` wrote; nothing when it did not come to that. @throws TrafficError script-failed */
export function readSummary(text: string): ScriptCounts {
  const parsed = document.safeParse(text === '' ? undefined : JSON.parse(text));
  if (!parsed.success) {
    throw new TrafficError('script-failed', `Expected a summary of k6: ${z.prettifyError(parsed.error)}`);
  }
  const count = (name: string): number => parsed.data.metrics[name]?.count ?? 0;
  return {
    iterations: count('iterations'),
    droppedIterations: count('dropped_iterations'),
    requests: count('podnet_requests'),
    failed: count('podnet_failed'),
    misrouted: count('podnet_misrouted'),
  };
}
