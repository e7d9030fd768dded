import type { EndpointSlice } from '../../kube/index.ts';
import { BACKEND_PORT, type Backend } from './fleet.ts';

export interface SliceOptions {
  readonly service: string;
  readonly namespace: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly backends: readonly Backend[];
}

/** EndpointSlices of a Service without a selector, whose endpoints are ours to write: one for each family. */
export function endpointSlices({ service, namespace, protocol, backends }: SliceOptions): EndpointSlice[] {
  const families = [
    { addressType: 'IPv4', is: (ip: string) => !ip.includes(':') },
    { addressType: 'IPv6', is: (ip: string) => ip.includes(':') },
  ] as const;
  return families.flatMap(({ addressType, is }): EndpointSlice[] => {
    const endpoints = backends.flatMap(({ ips, node: nodeName }) => {
      const address = ips.find(is);
      return address === undefined ? [] : [{ addresses: [address], conditions: { ready: true }, nodeName }];
    });
    if (endpoints.length === 0) return [];
    return [
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${service}-${addressType.toLowerCase()}`,
          namespace,
          labels: {
            'kubernetes.io/service-name': service,
            'endpointslice.kubernetes.io/managed-by': 'churnlab.dev',
          },
        },
        addressType,
        endpoints,
        ports: [{ name: '', port: BACKEND_PORT, protocol }],
      },
    ];
  });
}
