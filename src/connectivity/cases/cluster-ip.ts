import { BACKENDS, FAR, NEAR } from '../bed/index.ts';
import type { Case } from '../case.ts';
import { answers, BOTH, caseOf, clusterIp, INSIDE, nobody, OTHER, SAME } from './parts.ts';

const GROUP = 'ClusterIP';
const WORLD = 'the world outside the cluster has no route to cluster IPs';

const BEHIND = [
  [SAME, 'near', NEAR],
  [OTHER, 'far', FAR],
  [BOTH, 'both', BACKENDS],
] as const;

/** By the virtual address of a Service. */
export function* clusterIpCases(): Generator<Case> {
  for (const from of INSIDE) {
    for (const [backend, service, pods] of BEHIND) {
      const address = clusterIp(service);
      yield caseOf({ group: GROUP, from, to: 'ClusterIP', backend, address, expect: answers(pods) });
    }
  }
  yield caseOf({
    ...{ group: GROUP, from: 'outside', to: 'ClusterIP', backend: SAME },
    address: clusterIp('near'),
    expect: nobody(WORLD),
  });
}
