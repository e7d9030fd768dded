import { CRDS, define, GROUP, THINGS, thing } from '../define.ts';
import { type Body, type Case, del, get, patch, post, put, watch } from '../step.ts';

const sortedVerbs = (body: Body) => ({
  ...body,
  resources: body.resources.map((one: Body) => ({ ...one, verbs: one.verbs.toSorted() })),
});

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Cluster',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 9 },
                  color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
                  cidrs: { type: 'array', maxItems: 2, items: { type: 'string', pattern: '^[0-9./]+$' } },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                },
              },
              status: { type: 'object', properties: { used: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};

export const customCases: readonly Case[] = [
  {
    name: 'objects of a defined kind',
    steps: [
      ...define(definition),
      post(THINGS, thing('a', { size: 3, unknown: 1, free: { any: [1] } })),
      get(THINGS),
      put(
        `${THINGS}/a`,
        thing('a', { size: 4 }, { metadata: { name: 'a', resourceVersion: '{3.metadata.resourceVersion}' } }),
      ),
      put(`${THINGS}/a`, thing('a', { size: 4 })),
      patch('merge', `${THINGS}/a`, { spec: { cidrs: ['10.0.0.0/8'] } }),
      patch('strategic', `${THINGS}/a`, { spec: {} }),
      patch('apply', `${THINGS}/a?fieldManager=one`, { ...thing('a', { color: 'blue', size: 4 }) }),
      patch('apply', `${THINGS}/a?fieldManager=one&force=true`, {
        ...thing('a', { color: 'blue', size: 4 }),
      }),
      get(THINGS, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }),
      del(`${THINGS}/a`),
    ],
  },
  {
    name: 'schemas are checked',
    steps: [
      ...define(definition),
      post(THINGS, thing('a', { size: 0 })),
      post(THINGS, thing('a', { size: 1, color: 'green' })),
      post(THINGS, thing('a', { color: 'red' })),
      post(THINGS, thing('a', { size: 'large' })),
      post(THINGS, thing('a', { size: 1.5 })),
      post(THINGS, thing('a', { size: 1, cidrs: ['x'] })),
      post(THINGS, thing('a', { size: 1, cidrs: ['0', '1', '2'] })),
      post(THINGS, { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'a' } }),
      post(`${THINGS}?fieldValidation=Strict`, thing('a', { size: 1, unknown: 1 })),
      post(`${THINGS}?fieldValidation=Warn`, thing('a', { size: 1, unknown: 1 })),
    ],
  },
  {
    name: 'nulls in objects of a defined kind',
    steps: [
      ...define(definition),
      post(THINGS, thing('a', { size: null })),
      post(THINGS, { ...thing('a', {}), spec: null }),
      post(THINGS, thing('a', { size: 1, color: null, cidrs: null })),
      post(THINGS, thing('a', { size: 1, color: null }, { metadata: { name: 'a', labels: null } })),
      patch('merge', `${THINGS}/a`, { spec: { cidrs: null, color: null } }),
      patch('json', `${THINGS}/a`, [{ op: 'add', path: '/spec/cidrs', value: null }]),
    ],
  },
  {
    name: 'status of a defined kind',
    steps: [
      ...define(definition),
      post(THINGS, thing('a', { size: 1 }, { status: { used: 1 } })),
      patch('merge', `${THINGS}/a/status`, {
        status: { used: 2 },
        spec: { size: 5 },
        metadata: { labels: { l: 'x' } },
      }),
      patch('merge', `${THINGS}/a`, { status: { used: 3 }, spec: { size: 6 } }),
      put(
        `${THINGS}/a/status`,
        thing(
          'a',
          { size: 9 },
          { metadata: { name: 'a', resourceVersion: '{5.metadata.resourceVersion}' }, status: { used: 7 } },
        ),
      ),
      patch('merge', `${THINGS}/a/status`, { status: { used: 'many' } }),
    ],
  },
  {
    name: 'watch a defined kind',
    steps: [
      ...define(definition),
      watch(`${THINGS}?resourceVersion={2.metadata.resourceVersion}`, 3, [
        post(THINGS, thing('a', { size: 1 })),
        patch('merge', `${THINGS}/a`, { spec: { size: 2 } }),
        del(`${THINGS}/a`),
      ]),
    ],
  },
  {
    name: 'discovery of a defined kind',
    steps: [
      ...define(definition),
      get(`/apis/${GROUP}/v1`, { until: ({ resources }) => resources?.length === 2, pick: sortedVerbs }),
      get(`/apis/${GROUP}`),
    ],
  },
  {
    name: 'a definition takes its objects with it',
    steps: [
      ...define(definition),
      post(THINGS, thing('a', { size: 1 })),
      del(`${CRDS}/things.${GROUP}`, undefined, { pick: ({ kind }) => kind }),
      get(`${CRDS}/things.${GROUP}`, { until: ({ code }) => code === 404 }),
      get(THINGS, { until: (body) => typeof body === 'string' || body.code === 404 }),
    ],
  },
  {
    name: 'definitions that are refused',
    steps: [
      post(CRDS, { ...definition, metadata: { name: 'wrong' } }),
      post(CRDS, { ...definition, spec: { ...definition.spec, versions: [] } }),
      post(CRDS, { ...definition, spec: { ...definition.spec, scope: 'Galaxy' } }),
    ],
  },
];
