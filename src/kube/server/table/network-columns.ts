import type { EndpointSlice, IpAddress, Lease } from '../../objects.ts';
import type { KubeObject } from '../../types.ts';
import { AGE, type Columns, NAME } from './column.ts';
import { shorten } from './core-columns.ts';

export const ENDPOINT_SLICE_COLUMNS: Columns = [
  NAME,
  { name: 'AddressType', type: 'string', cell: (o) => (o as EndpointSlice).addressType },
  { name: 'Ports', type: 'string', cell: (o) => slicePorts(o as EndpointSlice) },
  { name: 'Endpoints', type: 'string', cell: (o) => sliceAddresses(o as EndpointSlice) },
  AGE,
];

function slicePorts({ ports = [] }: EndpointSlice): string {
  return ports.length === 0
    ? '<unset>'
    : shorten(ports.map(({ port }) => (port === undefined ? '*' : String(port))));
}

function sliceAddresses({ endpoints = [] }: EndpointSlice): string {
  const all = endpoints.flatMap(({ addresses }) => addresses);
  return all.length === 0 ? '<unset>' : shorten(all);
}

export const LEASE_COLUMNS: Columns = [
  NAME,
  { name: 'Holder', type: 'string', cell: (o) => (o as Lease).spec?.holderIdentity ?? '' },
  AGE,
];

export const IP_ADDRESS_COLUMNS: Columns = [
  NAME,
  { name: 'ParentRef', type: 'string', cell: (o) => parent(o as IpAddress) },
  AGE,
];

function parent({ spec }: IpAddress): string {
  const { group, resource, namespace, name } = spec?.parentRef ?? { resource: '', name: '' };
  return [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join('/');
}

export const SERVICE_CIDR_COLUMNS: Columns = [
  NAME,
  {
    name: 'CIDRs',
    type: 'string',
    cell: (o: KubeObject) => (o.spec as { cidrs?: string[] })?.cidrs?.join(','),
  },
  AGE,
];

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly rules?: readonly { readonly host?: string }[];
  readonly tls?: readonly object[];
}

const ingress = (o: KubeObject) => (o.spec ?? {}) as IngressSpec;

export const INGRESS_COLUMNS: Columns = [
  NAME,
  { name: 'Class', type: 'string', cell: (o) => ingress(o).ingressClassName ?? '<none>' },
  {
    name: 'Hosts',
    type: 'string',
    cell: (o) => (ingress(o).rules ?? []).map(({ host }) => host || '*').join(',') || '*',
  },
  { name: 'Address', type: 'string', cell: () => '' },
  { name: 'Ports', type: 'string', cell: (o) => (ingress(o).tls?.length ? '80, 443' : '80') },
  AGE,
];
