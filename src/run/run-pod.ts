import { IP_POOL_ANNOTATION, type Pod, type PodSpec } from '../kube/index.ts';
import type { ChurnPhase, Planned } from '../scenario/index.ts';

/** What all pods of a run have in common. */
export interface RunPods {
  readonly namespace: string;
  /** Names of the lab's nodes, in order. */
  readonly nodes: readonly string[];
  /** What a pod is made of. */
  readonly spec: PodSpec;
}

/** A pod of a phase as it is asked for. */
export function runPod(
  { name, node, pool }: Planned,
  phase: ChurnPhase,
  { namespace, nodes, spec }: RunPods,
): Pod {
  const told = 'on' in phase && phase.on !== undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ...(pool === undefined ? {} : { annotations: { [IP_POOL_ANNOTATION]: pool } }),
    },
    spec: { ...spec, ...(told ? { nodeSelector: { 'kubernetes.io/hostname': nodes[node]! } } : {}) },
  };
}
