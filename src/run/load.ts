/** Starting pods, nodes and Services: by the clock (open loop), or as others finish (closed loop). */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs } from '../measure/index.ts';
import { type ClosedPhase, type OpenPhase, type Planned, plannedOf, schedule } from '../scenario/index.ts';
import { until } from './timeline.ts';

/** Room between the decision to begin and the first arrival. */
export const LEAD_NS = 50e6;
const LOOK_MS = 5;
/** How long a closed loop looks without a pause, ns: pods of a fast substrate finish within it. A slow one needs the processor itself. */
const BUSY_NS = 2e6;

/** What starts one. `intended` is the instant that a pod's latency counts from. */
export type Start = (pod: Planned, intended: number) => void;

export interface LoadContext {
  readonly seed: number;
  readonly nodes: number;
  readonly start: Start;
  /** Those whose start has neither succeeded nor failed yet. */
  readonly starting: () => number;
  /** When the phase begins. */
  readonly begin: number;
  /** How long before its instant each is told of, in ns, where somebody else starts them; 0 otherwise. */
  readonly earlyNs: number;
  readonly signal: AbortSignal;
}

/**
 * Starts each at its instant, whatever became of earlier ones. An instant that was missed is made up for at
 * once, and the delay is part of the latency.
 * @returns when the last one was started
 */
export async function openLoop(phase: OpenPhase, context: LoadContext): Promise<void> {
  for (const pod of schedule(phase, context.seed, context.nodes)) {
    const intended = context.begin + pod.offset;
    const due = intended - context.earlyNs;
    if (due > monotonicNs()) await until(due, context.signal);
    if (context.signal.aborted) return;
    context.start(pod, intended);
  }
}

/** Keeps `inFlight` of them starting at any time: throughput, not latency. */
export async function closedLoop(phase: ClosedPhase, context: LoadContext): Promise<void> {
  for (const pod of plannedOf(phase, context.seed, context.nodes)) {
    const since = monotonicNs();
    while (context.starting() >= phase.inFlight && !context.signal.aborted) {
      await (monotonicNs() - since < BUSY_NS ? oneTurn() : sleep(1));
    }
    if (context.signal.aborted) return;
    context.start(pod, monotonicNs());
  }
}

/** Lets answers come in, at once when some are there already. */
function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits until none is starting any more; each ends by itself at its deadline. */
export async function allStarted(context: LoadContext): Promise<void> {
  while (context.starting() > 0 && !context.signal.aborted) await sleep(LOOK_MS);
}
