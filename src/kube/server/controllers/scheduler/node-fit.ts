import type { Node, Pod, Taint, Toleration } from '../../../index.ts';

/** What the scheduler knows of a node, made once per change of the node and not once per pod. */
export interface Candidate {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Those that keep pods away: NoSchedule and NoExecute, those that its conditions call for included. */
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** allocatable.pods */
  readonly capacity: number;
}

/** Why a pod cannot go to a node, in the words of kube-scheduler's plugins (pkg/scheduler/framework/plugins). */
export type Unfit =
  | 'node(s) were unschedulable'
  | 'node(s) had untolerated taint(s)'
  | "node(s) didn't match Pod's node affinity/selector"
  | 'Too many pods';

const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const UNREACHABLE: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' };
/** kubelet's --max-pods where it is not said. */
const DEFAULT_CAPACITY = 110;

export function candidateOf(node: Node): Candidate {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  // The node lifecycle controller writes the same taints a moment later; until then the condition counts.
  const condition = ready === 'True' ? [] : [ready === 'Unknown' ? UNREACHABLE : NOT_READY];
  return {
    name: node.metadata.name ?? '',
    labels: node.metadata.labels ?? {},
    taints: [
      ...(node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule'),
      ...condition,
    ],
    unschedulable: node.spec?.unschedulable ?? false,
    capacity: Number(node.status?.allocatable?.pods ?? DEFAULT_CAPACITY),
  };
}

/** Undefined when the pod may go to the node, which holds `pods` pods. */
export function unfit(pod: Pod, node: Candidate, pods: number): Unfit | undefined {
  const { tolerations = [], nodeSelector } = pod.spec;
  if (node.unschedulable && !tolerates(tolerations, UNSCHEDULABLE)) return 'node(s) were unschedulable';
  for (const taint of node.taints)
    if (!tolerates(tolerations, taint)) return 'node(s) had untolerated taint(s)';
  for (const key in nodeSelector) {
    if (node.labels[key] !== nodeSelector[key]) return "node(s) didn't match Pod's node affinity/selector";
  }
  return pods >= node.capacity ? 'Too many pods' : undefined;
}

/** The rules of core/v1 Toleration: an empty key with Exists matches every taint, an empty effect every effect. */
function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(
    ({ key = '', operator = 'Equal', value = '', effect }) =>
      (!effect || effect === taint.effect) &&
      (key === taint.key || (key === '' && operator === 'Exists')) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );
}
