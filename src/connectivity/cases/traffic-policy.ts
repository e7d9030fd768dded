import { BACKENDS, FAR, NEAR } from '../bed/index.ts';
import type { Case, Expectation, Facts } from '../case.ts';
import { answers, BOTH, caseOf, clusterIp, INSIDE, nobody, nodePort, OTHER } from './parts.ts';

const NO_LOCAL =
  'dropped when no endpoint is on the node (core/v1 ServiceSpec.internalTrafficPolicy); eBPF at the socket has no packet to drop and refuses';
const DROPPED = 'dropped by a node without endpoints (core/v1 ServiceSpec.externalTrafficPolicy)';
const ONE_FOR_ALL =
  'a node port is one virtual server for all who call it, with the endpoints of its node (pkg/proxy/ipvs: syncEndpoint)';
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
    ['NodePort of its node', 'near', fromInside],
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

/** Local is for traffic from outside (core/v1 ServiceSpec.externalTrafficPolicy). */
function fromInside({ services }: Facts): Expectation {
  return services === 'ipvs' ? answers(NEAR, ONE_FOR_ALL) : answers(BACKENDS);
}
