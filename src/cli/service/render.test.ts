import { expect, test } from 'vitest';
import type { ServiceView } from '../../datapath/services/index.ts';
import { renderServices } from './render.ts';

const service: ServiceView = {
  id: 1,
  key: 'default/web:http/TCP/ipv4',
  protocol: 'TCP',
  family: 'ipv4',
  frontends: [
    { kind: 'ClusterIP', address: '10.96.0.10', port: 80 },
    { kind: 'NodePort', address: null, port: 30080 },
  ],
  backends: [
    { id: 1, address: '10.20.0.4', port: 8080, states: ['active', 'local'] },
    { id: 2, address: '10.20.1.7', port: 8080, states: ['terminating'] },
  ],
  affinitySeconds: 0,
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
  algorithm: 'random',
  forwarding: 'snat',
};

test('a row per frontend, a line per backend', () => {
  const empty: ServiceView = {
    ...service,
    id: 2,
    family: 'ipv6',
    frontends: [{ kind: 'ClusterIP', address: 'fd00:96::1', port: 53 }],
    protocol: 'UDP',
    backends: [],
  };
  expect(renderServices([{ node: 'n1', services: [service, empty] }])).toBe(
    `\
ID  Frontend             Type       Backend
1   10.96.0.10:80/TCP    ClusterIP  1 => 10.20.0.4:8080 (active, local)
                                    2 => 10.20.1.7:8080 (terminating)
1   0.0.0.0:30080/TCP    NodePort   1 => 10.20.0.4:8080 (active, local)
                                    2 => 10.20.1.7:8080 (terminating)
2   [fd00:96::1]:53/UDP  ClusterIP  none
`,
  );
});

test('nodes are told apart when there are several', () => {
  const none = { services: [] };
  expect(
    renderServices([
      { node: 'n1', ...none },
      { node: 'n2', ...none },
    ]),
  ).toBe('n1\nID  Frontend  Type  Backend\n\nn2\nID  Frontend  Type  Backend\n');
});
