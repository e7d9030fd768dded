import type { Node, Pod } from '../../../kube/index.ts';

/** A node of a cluster, and what room it has. */
export interface SurveyedNode {
  readonly name: string;
  /** Why no pods of a run go there; empty when they do. */
  readonly excluded: string;
  /** Pods that its kubelet takes in all (`status.allocatable.pods`). */
  readonly maxPods: number;
  /** Pods that are there now. */
  readonly pods: number;
  readonly kernel: string;
  readonly runtime: string;
  readonly kubelet: string;
}

interface NodeInfo {
  readonly kernelVersion?: string;
  readonly containerRuntimeVersion?: string;
  readonly kubeletVersion?: string;
}

/** All nodes in the order of their names, n2 before n10. */
export function surveyNodes(nodes: readonly Node[], pods: readonly Pod[]): SurveyedNode[] {
  const living = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const podsOf = Map.groupBy(living, ({ spec }) => spec.nodeName ?? '');
  return nodes
    .map((node) => {
      const name = node.metadata.name!;
      const info = (node.status?.nodeInfo ?? {}) as NodeInfo;
      return {
        name,
        excluded: excluded(node),
        maxPods: Number(node.status?.allocatable?.pods ?? 0),
        pods: podsOf.get(name)?.length ?? 0,
        kernel: info.kernelVersion ?? '',
        runtime: info.containerRuntimeVersion ?? '',
        kubelet: info.kubeletVersion ?? '',
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Pods of a run tolerate no taint: a scheduler would not put them there. */
function excluded({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return 'not Ready';
  if (spec?.unschedulable) return 'cordoned';
  const taint = spec?.taints?.find(({ effect }) => effect !== 'PreferNoSchedule');
  return taint ? `taint ${taint.key}:${taint.effect}` : '';
}
