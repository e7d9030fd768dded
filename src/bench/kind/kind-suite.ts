import { randomBytes } from 'node:crypto';
import { ConditionProbe, type Fingerprint, identify } from '../../measure/index.ts';
import { RunNamespace } from '../../run/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { TrafficPrograms } from '../../traffic/index.ts';
import { type BurstsPlan, type BurstsResult, measureBursts } from './bursts.ts';
import type { KindMachine } from './kind-machine.ts';
import { BenchKind, type UpRun } from './kind-up.ts';
import { measureRestart, type RestartPlan, type RestartResult } from './restart.ts';
import { measureWaves, type WavesPlan, type WavesResult } from './waves.ts';

/** How much is measured. */
export interface KindPlan {
  /** How often a lab is brought up; the last one is used for the rest. */
  readonly ups: number;
  readonly bursts: BurstsPlan;
  readonly waves: WavesPlan;
  readonly restart: RestartPlan;
}

/** All that docs/performance.md shows. */
export const KIND_FULL: KindPlan = {
  ups: 3,
  bursts: { pods: 50, pairs: 16 },
  waves: { pods: 200, waves: 3, every: '60s', lifetime: '15s' },
  restart: { nodes: 3, pods: 5, trafficMs: 20_000 },
};

/** A look in four minutes: no intervals, fewer pods. */
export const KIND_QUICK: KindPlan = {
  ups: 1,
  bursts: { pods: 20, pairs: 2 },
  waves: { pods: 30, waves: 3, every: '20s', lifetime: '5s' },
  restart: { nodes: 1, pods: 3, trafficMs: 15_000 },
};

export interface KindResult {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly fingerprint: Fingerprint;
  readonly network: LabSpec['network'];
  readonly nodes: number;
  readonly ups: readonly UpRun[];
  readonly bursts: BurstsResult;
  readonly waves: WavesResult;
  /** Only where the network has agents. */
  readonly restart?: RestartResult;
  /** Packets that would have left the machine. */
  readonly left: number;
}

export interface KindSuiteOptions {
  readonly plan: KindPlan;
  /** The lab, as `lab up --substrate kind` makes it. */
  readonly spec: LabSpec;
  readonly machine: KindMachine;
  readonly programs: TrafficPrograms;
  readonly progress: (step: string) => void;
  /** Ends the suite early: it throws the signal's reason, and its lab is taken down. */
  readonly signal: AbortSignal;
}

/**
 * Measures a kind lab: how long it takes to be there, and what its network adds to what kubelet and containerd do.
 * @throws BenchError, LabError, TrafficError; whatever the machine's preparation throws
 */
export async function runKindSuite(options: KindSuiteOptions): Promise<KindResult> {
  const { plan, spec, programs, progress, signal } = options;
  const startedAt = new Date().toISOString();
  const probe = await ConditionProbe.start();
  const ups: UpRun[] = [];
  await using kind = await bringUp(options, ups);
  const { lab } = kind;
  const node = lab.nodes.at(-1)!;
  const pid = lab.here.at(-1)!.pid;
  await using namespaces = await RunNamespace.make(lab.client, `bench-${randomBytes(3).toString('hex')}`);
  const namespace = namespaces.name;
  await lab.pods.namespaceReady(namespace);
  progress(`${plan.bursts.pods} pods at once, of their own network and of the host's in turn`);
  const bursts = await measureBursts(plan.bursts, { lab, pid, namespace, node, signal });
  progress(`${plan.waves.pods} pods in ${plan.waves.waves} waves`);
  const waves = await measureWaves(lab, plan.waves, signal);
  let restart: RestartResult | undefined;
  if (lab.record.release !== undefined) {
    progress('restarting agents while connections are used');
    restart = await measureRestart(plan.restart, { lab, namespace, programs, signal });
  }
  const left = await lab.fence.dropped();
  progress('taking the lab down');
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    fingerprint: { identity: await identify(plan), condition: await probe.end() },
    network: spec.network,
    nodes: spec.nodes,
    ups,
    bursts,
    waves,
    ...(restart && { restart }),
    left,
  };
}

/** Brings labs up one after the other, clocks each, and leaves the last one running. */
async function bringUp(
  { plan, spec, machine, progress, signal }: KindSuiteOptions,
  ups: UpRun[],
): Promise<BenchKind> {
  for (let i = 1; ; i++) {
    signal.throwIfAborted();
    progress(`lab up with ${spec.nodes} nodes, network ${spec.network} (${i} of ${plan.ups})`);
    const kind = await BenchKind.up(spec, machine);
    ups.push(kind.run);
    if (i >= plan.ups) return kind;
    await kind[Symbol.asyncDispose]();
  }
}
