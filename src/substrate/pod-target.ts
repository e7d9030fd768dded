import type { NamespacedName } from '../kube/index.ts';

/** A pod as targets of traffic name it: `namespace/name`, or `name` in the default namespace. */
export function podTarget(target: string): NamespacedName {
  const [namespace = '', name = ''] = target.includes('/') ? target.split('/', 2) : ['default', target];
  return { namespace, name };
}
