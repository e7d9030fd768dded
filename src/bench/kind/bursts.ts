import { setTimeout as sleep } from 'node:timers/promises';
import { deleteIfThere, PODS, type Pod } from '../../kube/index.ts';
import { monotonicNs } from '../../measure/index.ts';
import { raisePriority } from '../../run/index.ts';
import type { Lab } from '../../substrate/index.ts';
import { type NodeWeight, weighNode } from './node-weight.ts';
import { PodWatch } from './pod-watch.ts';

/** Sandboxes are collected and cgroups removed behind the deletion: the next burst does not begin in the middle of it. */
const SETTLE_MS = 3000;

/** Whose network the pods of a burst have: one of their own, or the node's. */
export type BurstNetwork = 'pod' | 'host';

export interface Burst {
  /** From the first request to the last pod seen Ready, ns. */
  readonly allNs: number;
  /** Of each pod, from that same first request, ns. */
  readonly readyNs: readonly number[];
}

export interface BurstsPlan {
  /** Pods of a burst. */
  readonly pods: number;
  /** Pairs of bursts, one with each network; their order alternates. */
  readonly pairs: number;
}

export interface BurstsResult {
  readonly node: string;
  readonly pods: number;
  /** One of each network a pair, in the order of the pairs. */
  readonly pod: readonly Burst[];
  readonly host: readonly Burst[];
  /** The node with all pods of a burst alive, of each burst with a network of the pods' own. */
  readonly weights: readonly NodeWeight[];
}

export interface BurstsOptions {
  readonly lab: Lab;
  /** Process id of the node's first process. */
  readonly pid: number;
  readonly namespace: string;
  readonly node: string;
  readonly signal: AbortSignal;
}

/**
 * So many pods at once on one node, to all Ready, against the same pods in the host's network: what is the kubelet's and
 * the container runtime's own pace is in both. Bursts take turns (AB BA), so that a drift of the machine cancels.
 */
export async function measureBursts(plan: BurstsPlan, options: BurstsOptions): Promise<BurstsResult> {
  const { lab, namespace, node, pid, signal } = options;
  // What is seen must not wait behind what is measured.
  using _priority = raisePriority();
  await using watch = await PodWatch.open(lab.client, namespace);
  const results = { pod: [] as Burst[], host: [] as Burst[] };
  const weights: NodeWeight[] = [];
  // The first one unpacks the image and fills caches.
  for (const network of ['host', 'pod'] as const) await burst(watch, options, network, plan.pods);
  for (let pair = 0; pair < plan.pairs; pair++) {
    for (const network of pair % 2 === 0 ? (['pod', 'host'] as const) : (['host', 'pod'] as const)) {
      signal.throwIfAborted();
      const whileAlive = async (): Promise<void> => {
        if (network === 'pod') weights.push(await weighNode(lab, node, pid));
      };
      results[network].push(await burst(watch, options, network, plan.pods, whileAlive));
    }
  }
  return { node, pods: plan.pods, ...results, weights };
}

async function burst(
  watch: PodWatch,
  { lab, namespace, node, signal }: BurstsOptions,
  network: BurstNetwork,
  pods: number,
  whileAlive: () => Promise<void> = async () => {},
): Promise<Burst> {
  const names = Array.from({ length: pods }, (_, i) => `${network}-${i + 1}`);
  const begun = monotonicNs();
  await Promise.all(names.map((name) => makePod(lab, { namespace, name, node, isHost: network === 'host' })));
  const readyNs = (await watch.allReady(names, signal)).map((at) => at - begun);
  await whileAlive();
  await Promise.all(names.map((name) => removePod(lab, namespace, name)));
  await watch.allGone(signal);
  await sleep(SETTLE_MS, undefined, { signal });
  return { allNs: Math.max(...readyNs), readyNs };
}

/** A pod that does nothing, on a node of our choice, so that no scheduler takes its time. */
export async function makePod(
  lab: Lab,
  pod: {
    readonly namespace: string;
    readonly name: string;
    readonly node: string;
    readonly isHost?: boolean;
  },
): Promise<void> {
  const { namespace, name, node, isHost = false } = pod;
  await lab.client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { ...lab.pods.idle(), nodeName: node, ...(isHost && { hostNetwork: true }) },
  });
}

export async function removePod(lab: Lab, namespace: string, name: string): Promise<void> {
  await deleteIfThere(lab.client, PODS, name, namespace, { gracePeriodSeconds: 1 });
}
