import type { Namespace, Pod } from '../../../kube/index.ts';
import { LAB_LABEL } from '../labels.ts';

/** kind's provisioner of volumes, which every cluster of kind's own has. */
const PLATFORM: readonly string[] = ['local-path-storage'];

/**
 * Pods of others, `namespace/name`: outside Kubernetes' own namespaces (`kube-...`), the network's, and ours. What has
 * ended is no workload.
 */
export function otherWorkloads(
  pods: readonly Pod[],
  namespaces: readonly Namespace[],
  ofNetwork: readonly string[],
): string[] {
  const ours = namespaces
    .filter(({ metadata }) => metadata.labels?.[LAB_LABEL] !== undefined)
    .map(({ metadata }) => metadata.name!);
  const known = new Set([...PLATFORM, ...ofNetwork, ...ours]);
  return pods
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .filter(({ metadata: { namespace = '' } }) => !namespace.startsWith('kube-') && !known.has(namespace))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    .sort();
}
