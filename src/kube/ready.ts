import type { Node, Pod } from './objects.ts';

/** Whether a pod or a node has the condition Ready (k8s.io/api/core/v1: PodReady, NodeReady). */
export function isReady({ status }: Pick<Pod | Node, 'status'>): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}
