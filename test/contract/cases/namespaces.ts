import { CONFIG_MAPS, configMap } from '../objects.ts';
import { type Case, del, get, post, put } from '../step.ts';

const OTHER = '/api/v1/namespaces/{ns}-x';
const other = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: '{ns}-x' },
  ...more,
});

export const namespaceCases: readonly Case[] = [
  {
    name: 'create a namespace',
    steps: [post('/api/v1/namespaces', other()), get(OTHER), post('/api/v1/namespaces', other())],
  },
  {
    name: 'a namespace that is being deleted takes nothing new',
    steps: [
      post('/api/v1/namespaces', other()),
      // Something that stays keeps the namespace.
      post(`${OTHER}/configmaps`, configMap('stays', {}, { finalizers: ['example.com/wait'] })),
      del(OTHER),
      post(`${OTHER}/configmaps`, configMap('a')),
      get(OTHER, { pick: ({ spec, status }) => [spec, status.phase] }),
      put(`${OTHER}/finalize`, other({ spec: { finalizers: [] } }), { pick: ({ kind }) => kind }),
      get(OTHER),
    ],
  },
  {
    name: 'namespaces that are always there',
    steps: [get('/api/v1/namespaces/default'), get('/api/v1/namespaces/kube-system')],
  },
  {
    name: 'names of namespaces',
    steps: [
      post('/api/v1/namespaces', { ...other(), metadata: { name: 'a.b' } }),
      post(CONFIG_MAPS, configMap('a.b')),
    ],
  },
];
