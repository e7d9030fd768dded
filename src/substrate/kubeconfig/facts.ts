import { type ClusterSurvey, nodesForPods } from './survey/survey.ts';

/** What a result has to say of a cluster that was there before. */
export function factsOf(found: ClusterSurvey): Readonly<Record<string, string>> {
  const nodes = nodesForPods(found);
  const each = (of: (node: (typeof nodes)[number]) => string): string =>
    [...new Set(nodes.map(of))].join(', ');
  return {
    server: found.version,
    'kube-proxy': found.proxy,
    kernels: each(({ kernel }) => kernel),
    runtimes: each(({ runtime }) => runtime),
    // Of a network of others the lab's own fields say nothing.
    ...(!found.own && { ipam: "the network's own", routing: "the network's own" }),
  };
}
