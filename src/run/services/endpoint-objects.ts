import {
  ENDPOINT_SLICES,
  ENDPOINTS,
  type Endpoints,
  type KubeObject,
  type Resource,
} from '../../kube/index.ts';
import { endpointSlices, type SliceOptions } from './endpoint-slices.ts';
import { BACKEND_PORT } from './fleet.ts';

/** An object that says who answers for a Service. */
export interface EndpointObject {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/**
 * What is written for a Service without a selector. EndpointSlices; and with `endpoints` the older Endpoints too, for
 * proxies that read nothing else: Kubernetes' controllers keep both only for Services with a selector.
 */
export function endpointObjects(
  options: SliceOptions,
  { endpoints }: { readonly endpoints: boolean },
): EndpointObject[] {
  return [
    ...endpointSlices(options).map((object) => ({ resource: ENDPOINT_SLICES, object })),
    ...(endpoints ? [{ resource: ENDPOINTS, object: endpointsOf(options) }] : []),
  ];
}

/** Endpoints have the addresses of the first family alone. */
function endpointsOf({ service, namespace, protocol, backends }: SliceOptions): Endpoints {
  const addresses = backends.map(({ ips, node: nodeName }) => ({ ip: ips[0]!, nodeName }));
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: service, namespace },
    subsets: addresses.length === 0 ? [] : [{ addresses, ports: [{ port: BACKEND_PORT, protocol }] }],
  };
}
