/** From an EndpointSlice of the API to what is needed of it. */
import type { EndpointSpec } from '../../datapath/services/index.ts';
import { type Family, Ip } from '../../ip/index.ts';
import type { EndpointSlice } from '../../kube/index.ts';

/** discovery/v1 LabelServiceName. */
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

export interface ParsedSlice {
  readonly family: Family;
  /** Endpoints by `name/protocol` of the port; all that the slice has for it. */
  readonly ports: ReadonlyMap<string, readonly EndpointSpec[]>;
}

/** `namespace/name` of the Service that a slice belongs to; undefined when it belongs to none. */
export function serviceOf({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? undefined : `${metadata.namespace}/${name}`;
}

/** Undefined for slices of names. */
export function parseSlice({ addressType, endpoints, ports }: EndpointSlice): ParsedSlice | undefined {
  if (addressType === 'FQDN') return undefined;
  // The first address is the one to use: the others mean the same (discovery/v1 Endpoint.addresses).
  const addresses = (endpoints ?? []).map((endpoint) => ({
    address: Ip.parse(endpoint.addresses[0]!),
    node: endpoint.nodeName,
    // Unset means true for ready and serving, false for terminating (discovery/v1 EndpointConditions).
    ready: endpoint.conditions?.ready ?? true,
    serving: endpoint.conditions?.serving ?? endpoint.conditions?.ready ?? true,
    terminating: endpoint.conditions?.terminating ?? false,
  }));
  return {
    family: addressType === 'IPv6' ? 'ipv6' : 'ipv4',
    ports: new Map(
      (ports ?? []).flatMap(({ name = '', protocol = 'TCP', port }) =>
        port === undefined
          ? []
          : [[`${name}/${protocol}`, addresses.map((each) => ({ ...each, port }))] as const],
      ),
    ),
  };
}
