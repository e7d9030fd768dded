import { CONFIG_MAPS, configMap } from '../objects.ts';
import { type Case, del, get, post, put } from '../step.ts';

/** What holds for every kind: verbs, names, versions, errors. Config maps stand for all. */
export const objectCases: readonly Case[] = [
  {
    name: 'create, get, replace, delete',
    steps: [
      post(CONFIG_MAPS, configMap('a', { data: { k: 'v' } }, { labels: { x: 'y' } })),
      get(`${CONFIG_MAPS}/a`),
      put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'w' } })),
      del(`${CONFIG_MAPS}/a`),
      get(`${CONFIG_MAPS}/a`),
      del(`${CONFIG_MAPS}/a`),
    ],
  },
  {
    name: 'generated names',
    steps: [post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'gen-' } })],
  },
  {
    name: 'create what is there',
    steps: [post(CONFIG_MAPS, configMap('a')), post(CONFIG_MAPS, configMap('a'))],
  },
  {
    name: 'names that are refused',
    steps: [
      post(CONFIG_MAPS, configMap('Not_A_Name')),
      post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }),
      post(CONFIG_MAPS, configMap('a', {}, { namespace: 'other' })),
      // One at a time: kube-apiserver walks labels in Go's random order of a map.
      post(CONFIG_MAPS, configMap('a', {}, { labels: { 'bad key!': 'v' } })),
      post(CONFIG_MAPS, configMap('a', {}, { labels: { ok: 'bad value!' } })),
      post(CONFIG_MAPS, configMap('a', {}, { resourceVersion: '7' })),
    ],
  },
  {
    name: 'a namespace that is not there',
    steps: [
      post('/api/v1/namespaces/{ns}-missing/configmaps', configMap('a')),
      get('/api/v1/namespaces/{ns}-missing/configmaps', { pick: ({ items }) => items }),
    ],
  },
  {
    name: 'replace with a version',
    steps: [
      post(CONFIG_MAPS, configMap('a')),
      put(
        `${CONFIG_MAPS}/a`,
        configMap('a', { data: { k: '1' } }, { resourceVersion: '{0.metadata.resourceVersion}' }),
      ),
      put(
        `${CONFIG_MAPS}/a`,
        configMap('a', { data: { k: '2' } }, { resourceVersion: '{0.metadata.resourceVersion}' }),
      ),
      put(
        `${CONFIG_MAPS}/a`,
        configMap('a', { data: { k: '1' } }, { resourceVersion: '{1.metadata.resourceVersion}' }),
      ),
      put(`${CONFIG_MAPS}/a`, configMap('a', {}, { uid: '00000000-0000-0000-0000-000000000000' })),
      put(`${CONFIG_MAPS}/a`, configMap('b')),
      put(`${CONFIG_MAPS}/missing`, configMap('missing')),
    ],
  },
  {
    name: 'delete with preconditions',
    steps: [
      post(CONFIG_MAPS, configMap('a')),
      del(`${CONFIG_MAPS}/a`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
      }),
      del(`${CONFIG_MAPS}/a`, {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid: '{0.metadata.uid}' },
      }),
    ],
  },
  {
    name: 'delete a collection',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}, { labels: { x: '1' } })),
      post(CONFIG_MAPS, configMap('b', {}, { labels: { x: '2' } })),
      del(`${CONFIG_MAPS}?labelSelector=x%3D1`, undefined, {
        pick: ({ kind, items }) => [kind, items?.length],
      }),
      get(CONFIG_MAPS, {
        pick: ({ items }) => items.map((item: { metadata: { name: string } }) => item.metadata.name),
      }),
    ],
  },
  {
    name: 'finalizers',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}, { finalizers: ['example.com/wait'] })),
      del(`${CONFIG_MAPS}/a`),
      get(`${CONFIG_MAPS}/a`),
      put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'v' } }, { finalizers: ['example.com/wait'] })),
      put(`${CONFIG_MAPS}/a`, configMap('a', {}, { finalizers: ['example.com/wait', 'example.com/more'] })),
      put(`${CONFIG_MAPS}/a`, configMap('a')),
      get(`${CONFIG_MAPS}/a`),
    ],
  },
  {
    name: 'propagation policies leave finalizers',
    steps: [
      post(CONFIG_MAPS, configMap('a')),
      del(`${CONFIG_MAPS}/a`, { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Foreground' }),
      post(CONFIG_MAPS, configMap('b')),
      del(`${CONFIG_MAPS}/b?propagationPolicy=Orphan`),
      get(`${CONFIG_MAPS}/b`),
    ],
  },
  {
    name: 'dry run',
    steps: [
      post(`${CONFIG_MAPS}?dryRun=All`, configMap('a'), {
        pick: ({ kind, metadata }) => [kind, metadata.name],
      }),
      get(`${CONFIG_MAPS}/a`),
      post(`${CONFIG_MAPS}?dryRun=Some`, configMap('a')),
    ],
  },
  {
    name: 'unknown and duplicate fields',
    steps: [
      post(`${CONFIG_MAPS}?fieldValidation=Strict`, configMap('a', { nothing: 1 })),
      post(`${CONFIG_MAPS}?fieldValidation=Warn`, configMap('a', { nothing: 1 })),
      post(`${CONFIG_MAPS}?fieldValidation=Ignore`, configMap('b', { nothing: 1 })),
      post(CONFIG_MAPS, configMap('c', { data: { k: 1 } })),
    ],
  },
  {
    name: 'bodies that cannot be read',
    steps: [
      post(CONFIG_MAPS, '{"kind":'),
      post(CONFIG_MAPS, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
      post(CONFIG_MAPS, configMap('a'), { contentType: 'text/plain' }),
      get(CONFIG_MAPS, { accept: 'text/csv' }),
    ],
  },
  {
    name: 'paths that lead nowhere',
    steps: [
      get('/api/v1/namespaces/{ns}/nothings'),
      get('/apis/nothing.example.com/v1/things'),
      get('/nothing'),
      put(CONFIG_MAPS, configMap('a')),
      get(`${CONFIG_MAPS}/a/status`),
    ],
  },
  {
    name: 'without a token',
    steps: [get(CONFIG_MAPS, { anonymous: true })],
  },
  {
    name: 'immutable config maps',
    steps: [
      post(CONFIG_MAPS, configMap('a', { data: { k: 'v' }, immutable: true })),
      put(`${CONFIG_MAPS}/a`, configMap('a', { data: { k: 'w' }, immutable: true })),
    ],
  },
  {
    name: 'owner references',
    steps: [
      post(
        CONFIG_MAPS,
        configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }] }),
      ),
      post(
        CONFIG_MAPS,
        configMap(
          'a',
          {},
          {
            ownerReferences: ['p', 'q'].map((name) => ({
              apiVersion: 'v1',
              kind: 'Pod',
              name,
              uid: name,
              controller: true,
            })),
          },
        ),
      ),
    ],
  },
];
