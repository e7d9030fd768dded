import { ConditionProbe, type Fingerprint, identify } from '../../measure/index.ts';
import { BenchLabs, type Prepare } from '../bench-labs.ts';
import { type DurablePlan, type DurableResult, measureDurable } from './durable.ts';
import { type HostLocalPlan, type HostLocalResult, measureHostLocal } from './host-local.ts';
import { type LevelsPlan, type LevelsResult, measureLevels } from './levels.ts';
import {
  type CrowdPlan,
  type CrowdResult,
  type FreedPlan,
  type FreedResult,
  MODES,
  measureCrowd,
  measureFreed,
} from './node-cidrs.ts';
import { measureReuse, type ReusePlan, type ReuseResult } from './reuse.ts';
import { measureSim, type SimPlan, type SimResult } from './sim-run.ts';

/** How much is measured. */
export interface IpamPlan {
  readonly levels: LevelsPlan;
  readonly durable: DurablePlan;
  readonly hostLocal: HostLocalPlan;
  readonly reuse: ReusePlan;
  readonly freed: FreedPlan;
  readonly crowd: CrowdPlan;
  readonly sim: SimPlan;
}

/**
 * All that docs/performance.md shows, in some ten minutes. Modes in which nobody is woken take more than a second for
 * each node that is served; kube-controller-manager asks the API 20 times a second, four minutes for 5,000 nodes.
 */
export const IPAM_FULL: IpamPlan = {
  levels: {
    counts: [10, 100, 1000, 10_000, 60_000],
    fills: [0.1, 0.5, 0.9, 0.99],
    blocks: 40,
    perBlock: 40,
  },
  durable: { perSecond: 200, seconds: 10, atOnce: 64 },
  hostLocal: { counts: [10, 100, 1000, 4000], blocks: 8, perBlock: 20 },
  reuse: { blocks: 16, perBlock: 20 },
  freed: { modes: MODES, rounds: 2, perBlock: 20 },
  crowd: { modes: MODES.filter((mode) => mode !== 'kcm'), nodes: 5000 },
  sim: { nodes: 100_000, pods: 10_000_000 },
};

/** A look in a minute or two: rough figures, and only the modes that need nothing built. */
export const IPAM_QUICK: IpamPlan = {
  levels: { counts: [10, 100, 1000], fills: [0.1, 0.5, 0.9], blocks: 8, perBlock: 40 },
  durable: { perSecond: 200, seconds: 2, atOnce: 64 },
  hostLocal: { counts: [10, 50, 100], blocks: 2, perBlock: 5 },
  reuse: { blocks: 2, perBlock: 10 },
  freed: { modes: ['cluster-pool', 'range', 'cloud'], rounds: 1, perBlock: 5 },
  crowd: { modes: ['cluster-pool', 'range'], nodes: 500 },
  sim: { nodes: 5000, pods: 200_000 },
};

export interface IpamResult {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly fingerprint: Fingerprint;
  readonly levels: LevelsResult;
  readonly durable: readonly DurableResult[];
  readonly hostLocal: HostLocalResult;
  readonly reuse: ReuseResult;
  readonly freed: readonly FreedResult[];
  readonly crowd: readonly CrowdResult[];
  readonly sim: SimResult;
}

export interface IpamSuiteOptions {
  readonly plan: IpamPlan;
  readonly prepare: Prepare;
  /** Path of the reference plugin host-local. */
  readonly hostLocal: string;
  readonly progress: (step: string) => void;
  /** Ends the suite early: it throws the signal's reason, and its labs are taken down. */
  readonly signal: AbortSignal;
}

/**
 * Measures what handing out addresses and node CIDRs costs, on labs of its own that are gone afterwards.
 * @throws BenchError, LabError; whatever `prepare` throws
 */
export async function runIpamSuite(options: IpamSuiteOptions): Promise<IpamResult> {
  const { plan, prepare, hostLocal, progress, signal } = options;
  const startedAt = new Date().toISOString();
  const probe = await ConditionProbe.start();
  await using labs = new BenchLabs(prepare);
  const context = { labs, progress, signal };
  const levels = await measureLevels(plan.levels, context);
  const durable = await measureDurable(plan.durable, context);
  const reference = await measureHostLocal(hostLocal, plan.hostLocal, context);
  const sim = await measureSim(plan.sim, context);
  const reuse = await measureReuse(plan.reuse, context);
  const freed = await measureFreed(plan.freed, context);
  const crowd = await measureCrowd(plan.crowd, context);
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    fingerprint: { identity: await identify(plan), condition: await probe.end() },
    ...{ levels, durable, hostLocal: reference, reuse, freed, crowd, sim },
  };
}
