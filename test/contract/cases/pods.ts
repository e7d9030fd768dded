import { binding, NODES, node, PODS, pod } from '../objects.ts';
import { type Case, del, get, patch, post, put, watch } from '../step.ts';

const NODE = '{ns}-n1';
const bound = [post(PODS, pod('p')), post(NODES, node(NODE)), post(`${PODS}/p/binding`, binding('p', NODE))];
const options = (more: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more });

export const podCases: readonly Case[] = [
  { name: 'defaults', steps: [post(PODS, pod('p'))] },
  {
    name: 'pods that are refused',
    steps: [
      post(PODS, pod('p', { containers: [] })),
      post(PODS, pod('p', { containers: [{ image: 'pause' }, { name: 'Bad Name', image: 'pause' }] })),
      post(PODS, pod('p', { restartPolicy: 'Sometimes' })),
      post(PODS, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }),
      post(
        PODS,
        pod('p', { containers: [{ name: 'main', image: 'pause', ports: [{ containerPort: 70000 }] }] }),
      ),
    ],
  },
  {
    name: 'binding',
    steps: [
      ...bound,
      get(`${PODS}/p`),
      post(`${PODS}/p/binding`, binding('p', NODE)),
      post(`${PODS}/missing/binding`, binding('missing', NODE)),
      post(PODS, pod('r')),
      post(`${PODS}/r/binding`, {
        ...binding('r', NODE),
        metadata: { name: 'r', uid: '00000000-0000-0000-0000-000000000000' },
      }),
    ],
  },
  {
    name: 'status is written apart',
    steps: [
      post(PODS, pod('p')),
      put(`${PODS}/p/status`, {
        ...pod('p', { nodeName: 'ignored' }, { labels: { ignored: 'yes' } }),
        status: { phase: 'Running', podIP: '10.20.0.9', podIPs: [{ ip: '10.20.0.9' }] },
      }),
      patch('merge', `${PODS}/p`, { status: { phase: 'Failed' }, metadata: { labels: { seen: 'yes' } } }),
      get(`${PODS}/p/status`),
    ],
  },
  {
    name: 'what of a spec may change',
    steps: [
      post(PODS, pod('p')),
      patch('merge', `${PODS}/p`, { spec: { nodeName: 'elsewhere' } }),
      patch('merge', `${PODS}/p`, { spec: { activeDeadlineSeconds: 60 } }),
    ],
  },
  {
    name: 'a pod without a node goes at once',
    steps: [post(PODS, pod('p')), del(`${PODS}/p`), get(`${PODS}/p`)],
  },
  {
    name: 'grace',
    steps: [
      ...bound,
      watch(`${PODS}?resourceVersion={0.metadata.resourceVersion}`, 3, [
        del(`${PODS}/p`),
        del(`${PODS}/p`, options({ gracePeriodSeconds: 5 })),
        del(`${PODS}/p`, options({ gracePeriodSeconds: 60 })),
      ]),
      del(`${PODS}/p`, options({ gracePeriodSeconds: 0 })),
      get(`${PODS}/p`),
    ],
  },
  {
    name: 'grace by query, by spec, of an ended pod',
    steps: [
      ...bound,
      del(`${PODS}/p?gracePeriodSeconds=7`),
      post(PODS, pod('q', { nodeName: NODE, terminationGracePeriodSeconds: 3 })),
      del(`${PODS}/q`),
      post(PODS, pod('r', { nodeName: NODE })),
      patch('merge', `${PODS}/r/status`, { status: { phase: 'Succeeded' } }),
      del(`${PODS}/r`),
      get(`${PODS}/r`),
      post(PODS, pod('s', { nodeName: NODE }, { finalizers: ['example.com/wait'] })),
      del(`${PODS}/s?gracePeriodSeconds=0`),
      patch('merge', `${PODS}/s`, { metadata: { finalizers: null } }),
      get(`${PODS}/s`),
    ],
  },
  {
    name: 'eviction',
    steps: [
      ...bound,
      post(`${PODS}/p/eviction`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }),
      get(`${PODS}/p`, {
        pick: ({ metadata, status }) => [metadata.deletionGracePeriodSeconds, status.conditions],
      }),
      post(`${PODS}/missing/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: 'missing' },
      }),
    ],
  },
];
