import type { BoundValue, RunDocument } from '../measure/index.ts';
import type { BenchContext } from './context.ts';
import { runLoad, violationsOf } from './load.ts';

const NODES = 4;
const LIFETIME = '3s';
/** A pod that is not ready by then has failed. */
const DEADLINE = '5s';
const IN_FLIGHT = 16;
const CNI_LIFETIME = '500ms';
/** A generator that is later than this at its 99th percentile did not keep up. */
export const MAX_LAG_NS = 5e6;

/** One run through the API at a fixed rate. Durations in ns. */
export interface RateResult {
  /** Pods a second that were asked for. */
  readonly rate: number;
  readonly planned: number;
  readonly completed: number;
  readonly failed: number;
  readonly lagP99: number;
  readonly readyP50: BoundValue;
  readonly readyP99: BoundValue;
  readonly violations: number;
}

/** Level cni, closed loop: as many pods as go. */
export interface SaturationResult {
  readonly nodes: number;
  readonly inFlight: number;
  readonly completed: number;
  readonly failed: number;
  /** Pods attached a second, while as many are detached. */
  readonly perSecond: number;
  readonly violations: number;
}

export interface ThroughputResult {
  readonly rates: readonly RateResult[];
  readonly saturation: SaturationResult;
}

export interface ThroughputPlan {
  /** Pods a second, ascending. */
  readonly rates: readonly number[];
  readonly seconds: number;
  readonly saturationPods: number;
}

/** Whether the lab and the generator kept up: every pod became ready, nothing was left, no arrival came late. */
export function keptUp({ failed, lagP99, violations }: RateResult): boolean {
  return failed === 0 && violations === 0 && lagP99 <= MAX_LAG_NS;
}

/** Full pod lifecycles through the API at rising rates, then the plugin alone at its limit. */
export async function measureThroughput(
  plan: ThroughputPlan,
  { labs, progress, signal }: BenchContext,
): Promise<ThroughputResult> {
  progress(`bringing up a lab of ${NODES} nodes`);
  const lab = await labs.up('api', { nodes: NODES, network: 'churnlab' });
  const rates: RateResult[] = [];
  for (const rate of plan.rates) {
    progress(`${rate} pods a second through the API, for ${plan.seconds} s`);
    const document = await runLoad(lab, 'pod', openPhase(rate, plan.seconds), signal);
    rates.push(rateResult(rate, document));
  }
  progress('the plugin alone, closed loop');
  const document = await runLoad(lab, 'cni', closedPhase(plan.saturationPods), signal);
  await labs.down(lab);
  return { rates, saturation: saturationResult(document) };
}

function openPhase(rate: number, seconds: number) {
  return {
    pods: rate * seconds,
    arrivals: { process: 'poisson', rate: `${rate}/s` },
    lifetime: { distribution: 'fixed', mean: LIFETIME },
    deadline: DEADLINE,
  };
}

function closedPhase(pods: number) {
  const lifetime = { distribution: 'fixed', mean: CNI_LIFETIME };
  return { mode: 'closed', pods, inFlight: IN_FLIGHT, lifetime, deadline: DEADLINE };
}

function rateResult(rate: number, document: RunDocument): RateResult {
  const { planned, completed, failed, lag } = document.load;
  const ready = document.summaries.find(({ key }) => key === 'pod.ready')!;
  return {
    rate,
    planned,
    completed,
    failed,
    lagP99: lag.p99,
    readyP50: ready.p50,
    readyP99: ready.p99,
    violations: violationsOf(document),
  };
}

function saturationResult(document: RunDocument): SaturationResult {
  const { completed, failed, durationNs } = document.load;
  return {
    nodes: NODES,
    inFlight: IN_FLIGHT,
    completed,
    failed,
    perSecond: (completed * 1e9) / durationNs,
    violations: violationsOf(document),
  };
}
