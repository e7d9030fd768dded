import { BACKENDS, FAR, NEAR } from '../bed/index.ts';
import type { Case, Expectation, Facts } from '../case.ts';
import type { Column } from '../column.ts';
import { answers, BOTH, caseOf, nobody, nodePort, OTHER, SAME } from './parts.ts';

const GROUP = 'NodePort';

/** By a port of a node. Backends are on the node that is called, or not. */
export function* nodePortCases(): Generator<Case> {
  for (const from of ['pod', 'pod by packets', 'node', 'outside'] as const) {
    const to = from === 'outside' ? 'NodePort' : 'NodePort of its node';
    for (const [backend, service, pods] of [
      [SAME, 'near', NEAR],
      [OTHER, 'far', FAR],
    ] as const) {
      const address = nodePort(service, 'near');
      yield caseOf({ group: GROUP, from, to, backend, address, expect: answers(pods) });
    }
    if (from === 'outside') continue;
    yield caseOf({
      ...{ group: GROUP, from, to: 'NodePort of the other', backend: BOTH },
      address: nodePort('both', 'far'),
      expect: answers(BACKENDS),
    });
  }
  yield caseOf({
    ...{ group: GROUP, from: 'node', to: 'NodePort at loopback', backend: SAME },
    address: nodePort('near', 'loopback'),
    expect: atLoopback,
  });
}

/** Kubernetes does not say at which addresses of a node its ports are. */
function atLoopback({ services }: Facts, { family }: Column): Expectation {
  if (services === 'ebpf') {
    return nobody('ours are at the addresses that the Node object has, as in mode nftables (KEP-3866)');
  }
  if (services.startsWith('iptables') && family === 'ipv4') {
    return answers(
      NEAR,
      'kube-proxy --iptables-localhost-nodeports is true by default, for IPv4 (route_localnet)',
    );
  }
  if (services.startsWith('iptables')) {
    return nobody('kube-proxy --iptables-localhost-nodeports: IPv6 has no route_localnet');
  }
  return nobody('KEP-3866: only mode iptables has node ports at loopback addresses');
}
