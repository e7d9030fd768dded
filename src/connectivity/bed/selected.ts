import type { Pod, Service } from '../../kube/index.ts';

/** Names of the pods that a Service selects, in the order of the pods. */
export function selected({ spec: { selector = {} } }: Service, pods: readonly Pod[]): string[] {
  const wanted = Object.entries(selector);
  return pods
    .filter(({ metadata }) => wanted.every(([label, value]) => metadata.labels?.[label] === value))
    .map(({ metadata }) => metadata.name!);
}
