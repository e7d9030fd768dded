import { CONFIG_MAPS, configMap, PODS, pod } from '../objects.ts';
import { type Case, get, patch, post } from '../step.ts';

const A = `${CONFIG_MAPS}/a`;
const owned = (data: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a' },
  data,
  ...more,
});

export const patchCases: readonly Case[] = [
  {
    name: 'merge patch',
    steps: [
      post(CONFIG_MAPS, configMap('a', { data: { x: '1', y: '2' } }, { labels: { l: '1' } })),
      patch('merge', A, { data: { x: null, z: '3' }, metadata: { labels: { m: '2' } } }),
      patch('merge', A, { data: { z: '3' } }),
      patch('merge', A, { metadata: { resourceVersion: '{0.metadata.resourceVersion}' }, data: { z: '4' } }),
      patch('merge', A, { metadata: { name: 'b' } }),
      patch('merge', A, { data: 'no map' }),
      patch('merge', A, '{"data":'),
      patch('merge', `${CONFIG_MAPS}/missing`, {}),
    ],
  },
  {
    name: 'JSON patch',
    steps: [
      post(CONFIG_MAPS, configMap('a', { data: { x: '1' } }, { annotations: { 'a/b': '2' } })),
      patch('json', A, [
        { op: 'test', path: '/data/x', value: '1' },
        { op: 'replace', path: '/data/x', value: '9' },
        { op: 'add', path: '/data/y', value: 'z' },
        { op: 'remove', path: '/metadata/annotations/a~1b' },
      ]),
      patch('json', A, [
        { op: 'copy', from: '/data/x', path: '/data/q' },
        { op: 'move', from: '/data/y', path: '/data/r' },
      ]),
      patch('json', A, [{ op: 'test', path: '/data/x', value: 'other' }]),
      patch('json', A, [{ op: 'remove', path: '/data/missing' }]),
      patch('json', A, { op: 'remove' }),
    ],
  },
  {
    name: 'strategic merge patch',
    steps: [
      post(PODS, pod('p', { tolerations: [{ key: 'a', operator: 'Exists' }] })),
      patch('strategic', `${PODS}/p`, { spec: { containers: [{ name: 'main', image: 'other' }] } }),
      patch('strategic', `${PODS}/p/status`, {
        status: {
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'PodScheduled', status: 'False' },
          ],
        },
      }),
      patch('strategic', `${PODS}/p/status`, {
        status: {
          conditions: [
            { type: 'Ready', status: 'False' },
            { $patch: 'delete', type: 'PodScheduled' },
          ],
        },
      }),
      patch('strategic', `${PODS}/p`, { metadata: { labels: { x: 'y' }, annotations: null } }),
      patch('strategic', `${PODS}/p`, { spec: { containers: [{ image: 'no name' }] } }),
      patch('strategic', `${PODS}/p`, { spec: { nodeSelector: { a: 'b' } } }),
    ],
  },
  {
    name: 'apply',
    steps: [
      patch('apply', `${A}?fieldManager=one`, owned({ x: '1', y: '1' })),
      patch('apply', `${A}?fieldManager=one`, owned({ x: '1', y: '1' })),
      patch('apply', `${A}?fieldManager=two`, owned({ y: '2', z: '2' })),
      patch('apply', `${A}?fieldManager=two&force=true`, owned({ y: '2', z: '2' })),
      patch('apply', `${A}?fieldManager=one`, owned({ x: '3' })),
      patch('apply', `${A}?fieldManager=two`, owned({ z: '2' })),
      patch('merge', `${A}?fieldManager=three`, { data: { x: 'merged' } }),
      patch('apply', `${A}?fieldManager=one`, owned({ x: '4' })),
      get(A),
    ],
  },
  {
    name: 'apply that is refused',
    steps: [
      patch('apply', A, owned({ x: '1' })),
      patch('apply', `${A}?fieldManager=one`, { metadata: { name: 'a' }, data: { x: '1' } }),
      patch('apply', `${A}?fieldManager=one`, owned({ x: '1' }, { nothing: 1 })),
      patch(
        'apply',
        `${A}?fieldManager=one`,
        owned({ x: '1' }, { metadata: { name: 'a', managedFields: [{}] } }),
      ),
      patch('merge', `${A}?fieldManager=one&force=true`, {}),
      patch('merge', A, {}, { contentType: 'application/json' }),
    ],
  },
  {
    name: 'apply lists by their keys',
    steps: [
      patch('apply', `${PODS}/p?fieldManager=one`, pod('p')),
      patch('apply', `${PODS}/p?fieldManager=two`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', labels: { a: 'b' }, finalizers: ['example.com/two'] },
        spec: { containers: [{ name: 'main', image: 'pause' }] },
      }),
      patch('apply', `${PODS}/p/status?fieldManager=kubelet`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
        status: {
          phase: 'Running',
          podIPs: [{ ip: '10.20.0.5' }],
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      }),
      patch('apply', `${PODS}/p?fieldManager=two`, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p' },
      }),
    ],
  },
];
