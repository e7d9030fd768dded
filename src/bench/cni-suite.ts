import { ConditionProbe, type Fingerprint, identify } from '../measure/index.ts';
import { BenchLabs, type Prepare } from './bench-labs.ts';
import { type LevelsPlan, type LevelsResult, measureLevels } from './levels.ts';
import { type MemoryResult, measureMemory } from './memory.ts';
import { measureThroughput, type ThroughputPlan, type ThroughputResult } from './throughput.ts';
import { measureUp, type UpPlan, type UpResult } from './up-time.ts';

/** How much is measured. Parts that are left out are left out of the result. */
export interface SuitePlan {
  readonly levels: LevelsPlan;
  readonly throughput?: ThroughputPlan;
  /** Pods alive at once, for memory. */
  readonly memoryPods?: number;
  readonly up: readonly UpPlan[];
}

/** All that docs/performance.md shows: 320 samples a figure, so that a p99 is more than the maximum. */
export const FULL: SuitePlan = {
  levels: { live: [10, 100, 900, 4000], rounds: 8, perBlock: 20, warmUpRounds: 10 },
  throughput: { rates: [100, 150, 200, 300], seconds: 10, saturationPods: 6000 },
  memoryPods: 5000,
  up: [
    { nodes: 4, times: 5 },
    { nodes: 50, times: 3 },
  ],
};

/** A look in a minute and a half: rough figures, nothing with thousands of pods. */
export const QUICK: SuitePlan = {
  levels: { live: [10, 30, 100], rounds: 3, perBlock: 8, warmUpRounds: 10 },
  throughput: { rates: [100], seconds: 4, saturationPods: 1000 },
  up: [{ nodes: 4, times: 1 }],
};

export interface SuiteResult {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly fingerprint: Fingerprint;
  readonly levels: LevelsResult;
  readonly throughput?: ThroughputResult;
  readonly memory?: MemoryResult;
  readonly up: readonly UpResult[];
}

export interface SuiteOptions {
  readonly plan: SuitePlan;
  readonly prepare: Prepare;
  readonly progress: (step: string) => void;
  /** Ends the suite early: it throws the signal's reason, and its labs are taken down. */
  readonly signal: AbortSignal;
}

/**
 * Measures what the CNI costs, on labs of its own that are gone afterwards.
 * @throws BenchError, LabError; whatever `prepare` throws
 */
export async function runCniSuite({ plan, prepare, progress, signal }: SuiteOptions): Promise<SuiteResult> {
  const startedAt = new Date().toISOString();
  const probe = await ConditionProbe.start();
  await using labs = new BenchLabs(prepare);
  const context = { labs, progress, signal };
  const up = await measureUp(plan.up, context);
  const levels = await measureLevels(plan.levels, context);
  const throughput = plan.throughput && (await measureThroughput(plan.throughput, context));
  const memory = plan.memoryPods === undefined ? undefined : await measureMemory(plan.memoryPods, context);
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    fingerprint: { identity: await identify(plan), condition: await probe.end() },
    levels,
    ...(throughput && { throughput }),
    ...(memory && { memory }),
    up,
  };
}
