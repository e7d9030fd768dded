import { SERVICES, service } from '../objects.ts';
import { type Body, type Case, del, get, patch, post, put } from '../step.ts';

const spec = ({ spec, message }: Body) => spec ?? message;

export const serviceCases: readonly Case[] = [
  { name: 'a cluster IP', steps: [post(SERVICES, service('a')), get(`${SERVICES}/a`)] },
  {
    name: 'families',
    steps: [
      post(SERVICES, service('a', { ipFamilyPolicy: 'PreferDualStack' }), { pick: spec }),
      post(SERVICES, service('b', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }), {
        pick: spec,
      }),
      post(SERVICES, service('c', { ipFamilies: ['IPv6'] }), { pick: spec }),
      post(SERVICES, service('d', { clusterIP: 'fd00:96::77' }), { pick: spec }),
      post(SERVICES, service('e', { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4', 'IPv6'] })),
    ],
  },
  {
    name: 'headless and external',
    steps: [
      post(SERVICES, service('a', { clusterIP: 'None' }), { pick: spec }),
      post(SERVICES, service('b', { clusterIP: 'None', selector: null, ports: null }), { pick: spec }),
      post(SERVICES, service('c', { type: 'ExternalName', externalName: 'example.com', selector: null }), {
        pick: spec,
      }),
      post(SERVICES, service('d', { type: 'ExternalName' })),
    ],
  },
  {
    name: 'an address of its own choice',
    steps: [
      post(SERVICES, service('a', { clusterIP: '10.96.77.7' }), { pick: spec }),
      get('/apis/networking.k8s.io/v1/ipaddresses/10.96.77.7', {
        pick: ({ metadata: { labels }, spec }) => [labels, spec],
      }),
      post(SERVICES, service('b', { clusterIP: '10.96.77.7' })),
      post(SERVICES, service('b', { clusterIP: 'nonsense' })),
      del(`${SERVICES}/a`),
      get('/apis/networking.k8s.io/v1/ipaddresses/10.96.77.7'),
      post(SERVICES, service('b', { clusterIP: '10.96.77.7' }), { pick: spec }),
      put(`${SERVICES}/b`, service('b', { clusterIP: '10.96.77.8' })),
      post(SERVICES, service('c', { clusterIP: '192.0.2.1' })),
    ],
  },
  {
    name: 'node ports',
    steps: [
      post(
        SERVICES,
        service('a', {
          type: 'NodePort',
          ports: [
            { name: 'x', port: 80 },
            { name: 'y', port: 81, nodePort: 30777 },
          ],
        }),
        {
          pick: spec,
        },
      ),
      post(SERVICES, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] })),
      post(SERVICES, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] })),
      patch('merge', `${SERVICES}/a`, { spec: { type: 'ClusterIP' } }, { pick: spec }),
      post(SERVICES, service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30777 }] }), {
        pick: spec,
      }),
      post(SERVICES, service('c', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }), { pick: spec }),
      post(SERVICES, service('d', { ports: [{ port: 80, nodePort: 30778 }] })),
    ],
  },
  {
    name: 'services that are refused',
    steps: [
      post(SERVICES, service('a', { ports: [] })),
      post(SERVICES, service('a', { ports: [{ port: 80 }, { port: 81 }] })),
      post(
        SERVICES,
        service('a', {
          ports: [
            { name: 'x', port: 80 },
            { name: 'x', port: 80 },
          ],
        }),
      ),
      post(SERVICES, service('a', { ports: [{ port: 0, protocol: 'ICMP' }] })),
      post(SERVICES, service('1a')),
      post(SERVICES, service('a', { type: 'Nothing' })),
    ],
  },
  {
    name: 'replace keeps what was given',
    steps: [
      post(SERVICES, service('a', { type: 'NodePort' }), { pick: spec }),
      put(`${SERVICES}/a`, { ...service('a', { type: 'NodePort', selector: { app: 'b' } }) }, { pick: spec }),
      patch(
        'strategic',
        `${SERVICES}/a`,
        {
          spec: {
            ports: [
              { port: 443, targetPort: 'https' },
              { $patch: 'delete', port: 80 },
            ],
          },
        },
        {
          pick: spec,
        },
      ),
    ],
  },
];
