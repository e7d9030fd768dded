import { BACKENDS, FAR, NEAR } from '../bed/index.ts';
import type { Case } from '../case.ts';
import { answers, BOTH, caseOf, clusterIp, INSIDE, nobody, nodePort, OTHER } from './parts.ts';

const NO_LOCAL =
  'dropped when no endpoint is on the node (core/v1 ServiceSpec.internalTrafficPolicy); eBPF at the socket has no packet to drop and refuses';
const DROPPED = 'dropped by a node without endpoints (core/v1 ServiceSpec.externalTrafficPolicy)';
const FROM_NETWORK =
  'to the node that is called a pod of another one is outside; with kube-proxy --cluster-cidr it would not be';

/** internalTrafficPolicy and externalTrafficPolicy Local. */
export function* trafficPolicyCases(): Generator<Case> {
  const internal = { group: 'internalTrafficPolicy Local', to: 'ClusterIP' };
  for (const from of INSIDE) {
    yield caseOf({
      ...{ ...internal, from, backend: BOTH },
      address: clusterIp('internal-both'),
      expect: answers(NEAR),
    });
  }
  for (const from of INSIDE) {
    yield caseOf({
      ...{ ...internal, from, backend: OTHER },
      address: clusterIp('internal-far'),
      expect: nobody(NO_LOCAL),
    });
  }

  const external = { group: 'externalTrafficPolicy Local' };
  for (const [to, at, expect] of [
    ['NodePort of its node', 'near', answers(BACKENDS)],
    ['NodePort of the other', 'far', answers(FAR, FROM_NETWORK)],
  ] as const) {
    yield caseOf({
      ...{ ...external, from: 'pod', to, backend: BOTH },
      ...{ address: nodePort('external-both', at), expect },
    });
  }
  yield caseOf({
    ...{ ...external, from: 'outside', to: 'NodePort', backend: BOTH },
    address: nodePort('external-both', 'near'),
    expect: answers(NEAR),
  });
  yield caseOf({
    ...{ ...external, from: 'outside', to: 'NodePort', backend: OTHER },
    address: nodePort('external-far', 'near'),
    expect: nobody(DROPPED),
  });
}
