import type { PodSpec } from '../../kube/index.ts';
import type { PodKit } from '../pod-kit.ts';

/** A pod here is its network namespace: the runtime starts no container, and the responder answers for container ports. */
export const netnsPods: PodKit = {
  idle: () => pod([]),
  answering: (port) => pod([{ containerPort: port }, { containerPort: port, protocol: 'UDP' }]),
  dialling: () => pod([]),
  namespaceReady: async () => {},
};

function pod(ports: NonNullable<PodSpec['containers'][number]['ports']>): PodSpec {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'main', image: 'none', ...(ports.length > 0 && { ports }) }],
  };
}
