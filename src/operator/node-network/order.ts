/** Orders of objects, for sort(). */
import type { KubeObject, NodeNetwork } from '../../kube/index.ts';

/** The oldest first. */
export function byAge(a: KubeObject, b: KubeObject): number {
  return compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || byName(a, b);
}

/** Nodes known to be starving by when that began; the others after them, by age. */
export function byWaiting(a: NodeNetwork, b: NodeNetwork): number {
  const [since, other] = [a, b].map(({ status }) =>
    status?.operator?.reason ? status.operator.since : undefined,
  );
  if (since !== undefined && other !== undefined) return compare(since, other) || byName(a, b);
  if (since !== undefined || other !== undefined) return since !== undefined ? -1 : 1;
  return byAge(a, b);
}

function byName(a: KubeObject, b: KubeObject): number {
  return compare(a.metadata.name!, b.metadata.name!);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
