import { NODES, node } from '../objects.ts';
import { type Body, type Case, del, get, patch, post, put } from '../step.ts';

const N = '{ns}-n1';
const lease = (spec: object) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: N, namespace: '{ns}' },
  spec,
});
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
const slice = (name: string, more: object = {}) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, labels: { 'kubernetes.io/service-name': 's' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.20.0.4'], conditions: { ready: true } }],
  ports: [{ port: 80 }],
  ...more,
});
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices';
const spec = ({ spec, message }: Body) => spec ?? message;

/** What node-ipam, kubelet, kube-proxy and flanneld ask for. */
export const nodeCases: readonly Case[] = [
  {
    name: 'create and delete a node',
    steps: [post(NODES, node(N)), get(`${NODES}/${N}`), del(`${NODES}/${N}`)],
  },
  {
    name: 'node-ipam gives CIDRs once',
    steps: [
      post(NODES, node(N)),
      patch(
        'strategic',
        `${NODES}/${N}`,
        { spec: { podCIDR: '10.20.1.0/24', podCIDRs: ['10.20.1.0/24', 'fd00:20:1::/64'] } },
        { pick: spec },
      ),
      patch('strategic', `${NODES}/${N}`, { spec: { podCIDR: '10.20.2.0/24', podCIDRs: ['10.20.2.0/24'] } }),
      patch('merge', `${NODES}/${N}`, { spec: { podCIDR: '10.20.1.0/24' } }, { pick: spec }),
    ],
  },
  {
    name: 'kubelet reports a status',
    steps: [
      post(NODES, node(N)),
      patch('strategic', `${NODES}/${N}/status`, {
        status: {
          allocatable: { pods: '110', cpu: '2' },
          capacity: { pods: '110', cpu: '2' },
          addresses: [
            { type: 'InternalIP', address: '172.30.0.11' },
            { type: 'Hostname', address: 'n1' },
          ],
          conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'ready' }],
          nodeInfo: { kubeletVersion: 'v1.34.4' },
        },
      }),
    ],
  },
  {
    name: 'flanneld annotates its node and reports the network',
    steps: [
      post(NODES, node(N)),
      patch('strategic', `${NODES}/${N}/status`, {
        metadata: { annotations: { 'flannel.alpha.coreos.com/backend-type': 'host-gw' } },
      }),
      patch('strategic', `${NODES}/${N}/status`, {
        status: {
          conditions: [{ type: 'NetworkUnavailable', status: 'False', reason: 'FlannelIsUp', message: 'up' }],
        },
      }),
    ],
  },
  {
    name: 'taints and cordon',
    steps: [
      post(NODES, node(N)),
      patch('strategic', `${NODES}/${N}`, { spec: { unschedulable: true } }, { pick: spec }),
      patch(
        'merge',
        `${NODES}/${N}`,
        { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } },
        { pick: spec },
      ),
      patch('merge', `${NODES}/${N}`, { spec: { taints: [{ key: 'k', effect: 'Nothing' }] } }),
    ],
  },
  {
    name: 'leases',
    steps: [
      post(
        LEASES,
        lease({ holderIdentity: N, leaseDurationSeconds: 40, renewTime: '2026-01-02T03:04:05.678901Z' }),
      ),
      put(
        `${LEASES}/${N}`,
        lease({ holderIdentity: N, leaseDurationSeconds: 40, renewTime: '2026-01-02T03:04:06.000000Z' }),
      ),
      post(LEASES, { ...lease({ leaseDurationSeconds: -1 }), metadata: { name: 'other' } }),
    ],
  },
  {
    name: 'endpoint slices',
    steps: [
      post(SLICES, slice('a')),
      get(
        `${SLICES}?labelSelector=${encodeURIComponent('!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name')}`,
      ),
      put(`${SLICES}/a`, slice('a', { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] })),
      post(SLICES, slice('b', { endpoints: [{ addresses: ['nonsense'] }] })),
      post(SLICES, slice('b', { addressType: undefined })),
    ],
  },
  {
    name: 'endpoints',
    steps: [
      post('/api/v1/namespaces/{ns}/endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 's' },
        subsets: [{ addresses: [{ ip: '10.20.0.4' }], ports: [{ port: 80 }] }],
      }),
      post('/api/v1/namespaces/{ns}/endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 't' },
        subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ port: 80 }] }],
      }),
    ],
  },
  {
    name: 'events of both groups',
    steps: [
      post('/api/v1/namespaces/{ns}/events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'e.1' },
        involvedObject: { kind: 'Pod', name: 'p', namespace: '{ns}' },
        reason: 'Scheduled',
        message: 'said',
        type: 'Normal',
      }),
      post('/apis/events.k8s.io/v1/namespaces/{ns}/events', {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'e.2' },
        eventTime: '2026-01-02T03:04:05.000000Z',
        regarding: { kind: 'Pod', name: 'p', namespace: '{ns}' },
        reason: 'Scheduled',
        action: 'Binding',
        note: 'said',
        type: 'Normal',
        reportingController: 'scheduler',
        reportingInstance: 'scheduler-1',
      }),
      get('/api/v1/namespaces/{ns}/events'),
      get('/apis/events.k8s.io/v1/namespaces/{ns}/events/e.1'),
      get('/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3Dp,type%3DNormal', {
        pick: ({ items }) => items.length,
      }),
    ],
  },
];
