import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '../../kube/index.ts';
import { ALGORITHM_ANNOTATION, FORWARDING_ANNOTATION } from './parse-service.ts';
import { ServiceTable } from './service-table.ts';

const newTable = () => new ServiceTable({ algorithm: 'random', forwarding: 'snat' });

function service(spec: Partial<Service['spec']> = {}, metadata: object = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { clusterIPs: ['10.96.0.1'], ports: [{ name: 'http', port: 80 }], ...spec },
  };
}

function slice(name: string, hosts: readonly string[], more: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: hosts.map((ip) => ({ addresses: [ip], nodeName: 'n1' })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    ...more,
  };
}

const addresses = (table: ServiceTable) =>
  [...table.specs()].map(({ key, endpoints }) => [
    key,
    endpoints.map(({ address, port }) => `${address}:${port}`),
  ]);

test('slices of a Service are merged, in whatever order they come', () => {
  const table = newTable();
  expect(table.setSlice(slice('one', ['10.20.0.1']))).toMatchObject({ set: [], deleted: [] });
  expect(table.setService(service()).set).toHaveLength(1);
  table.setSlice(slice('two', ['10.20.0.2']));
  expect(addresses(table)).toEqual([['shop/web:http/TCP/ipv4', ['10.20.0.1:8080', '10.20.0.2:8080']]]);
  table.deleteSlice(slice('one', []));
  expect(addresses(table)).toEqual([['shop/web:http/TCP/ipv4', ['10.20.0.2:8080']]]);
  expect(table.deleteService(service()).deleted).toEqual(['shop/web:http/TCP/ipv4']);
  expect(addresses(table)).toEqual([]);
});

test('every port, protocol and family is by itself', () => {
  const table = newTable();
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    { name: 'other', port: 9, protocol: 'SCTP' },
  ] as const;
  const externalIPs = ['203.0.113.7'];
  const { set } = table.setService(service({ clusterIPs: ['10.96.0.1', 'fd00:96::1'], ports, externalIPs }));
  expect(
    set.map(({ key, frontends }) => [
      key,
      frontends.map(({ kind, address, port }) => `${kind} ${address} ${port}`),
    ]),
  ).toEqual([
    ['shop/web:dns/UDP/ipv4', ['ClusterIP 10.96.0.1 53', 'ExternalIP 203.0.113.7 53', 'NodePort null 30053']],
    ['shop/web:dns-tcp/TCP/ipv4', ['ClusterIP 10.96.0.1 53', 'ExternalIP 203.0.113.7 53']],
    ['shop/web:dns/UDP/ipv6', ['ClusterIP fd00:96::1 53', 'NodePort null 30053']],
    ['shop/web:dns-tcp/TCP/ipv6', ['ClusterIP fd00:96::1 53']],
  ]);
  table.setSlice(
    slice('six', ['fd00:20::1'], {
      addressType: 'IPv6',
      ports: [{ name: 'dns', port: 1053, protocol: 'UDP' }],
    }),
  );
  expect(addresses(table).filter(([, list]) => list!.length > 0)).toEqual([
    ['shop/web:dns/UDP/ipv6', ['fd00:20::1:1053']],
  ]);
});

test('a port that goes away is told', () => {
  const table = newTable();
  table.setService(
    service({
      ports: [
        { name: 'http', port: 80 },
        { name: 'admin', port: 81 },
      ],
    }),
  );
  const change = table.setService(service({ ports: [{ name: 'admin', port: 81 }] }));
  expect(change.deleted).toEqual(['shop/web:http/TCP/ipv4']);
  expect(change.set.map(({ key }) => key)).toEqual(['shop/web:admin/TCP/ipv4']);
});

describe('nobody can call', () => {
  test.each([
    ['headless', service({ clusterIPs: ['None'], clusterIP: 'None' })],
    ['ExternalName', service({ type: 'ExternalName', externalName: 'example.com' })],
    ['without an address yet', service({ clusterIPs: [] })],
    ["another proxy's", service({}, { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } })],
  ])('%s', (_, which) => {
    const table = newTable();
    expect(table.setService(which).set).toEqual([]);
    expect(table.setSlice(slice('one', ['10.20.0.1']))?.set).toEqual([]);
  });
});

test('policies, affinity and annotations', () => {
  const spec = {
    internalTrafficPolicy: 'Local',
    externalTrafficPolicy: 'Local',
    sessionAffinity: 'ClientIP',
  } as const;
  const annotations = { [ALGORITHM_ANNOTATION]: 'maglev', [FORWARDING_ANNOTATION]: 'dsr' };
  expect(newTable().setService(service(spec, { annotations })).set[0]).toMatchObject({
    internalLocal: true,
    externalLocal: true,
    affinitySeconds: 10_800,
    maglev: true,
    dsr: true,
  });
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 5 } };
  expect(newTable().setService(service({ ...spec, sessionAffinityConfig })).set[0]?.affinitySeconds).toBe(5);
});

test('conditions that are not set mean ready, serving, not terminating', () => {
  const table = newTable();
  table.setService(service());
  const endpoints = [
    { addresses: ['10.20.0.1'] },
    { addresses: ['10.20.0.2'], conditions: { ready: false, serving: true, terminating: true } },
  ];
  expect(table.setSlice(slice('one', [], { endpoints }))?.set[0]?.endpoints).toMatchObject([
    { ready: true, serving: true, terminating: false, node: undefined },
    { ready: false, serving: true, terminating: true },
  ]);
});

test('slices that belong to no Service, or hold names, are nothing', () => {
  const table = newTable();
  expect(table.setSlice(slice('one', [], { metadata: { name: 'one', namespace: 'shop' } }))).toBeUndefined();
  expect(table.setSlice(slice('one', [], { addressType: 'FQDN' }))).toBeUndefined();
});
