/** Server-side apply of lists and maps that become empty: what goes, and what is left where it was. */
import { define, GROUP, THINGS, thing } from '../define.ts';
import { NS } from '../objects.ts';
import { type Case, get, patch, post } from '../step.ts';

const named = (properties: object) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, ...properties } },
});
const strings = { type: 'array', items: { type: 'string' } };

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Cluster',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  size: { type: 'integer' },
                  whole: strings,
                  tags: { ...strings, 'x-kubernetes-list-type': 'set' },
                  parts: named({
                    value: { type: 'string' },
                    tags: { ...strings, 'x-kubernetes-list-type': 'set' },
                  }),
                  words: { type: 'object', additionalProperties: { type: 'string' } },
                  groups: {
                    type: 'object',
                    additionalProperties: {
                      type: 'object',
                      properties: { a: { type: 'string' }, b: { type: 'string' } },
                    },
                  },
                  inner: { type: 'object', properties: { parts: named({}), size: { type: 'integer' } } },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const A = `${THINGS}/a`;
const apply = (manager: string, spec?: object) =>
  patch(
    'apply',
    `${A}?fieldManager=${manager}`,
    spec ? thing('a', spec) : { apiVersion: `${GROUP}/v1`, kind: 'Thing', metadata: { name: 'a' } },
  );
const part = (name: string, more: object = {}) => ({ name, ...more });

export const appliedCases: readonly Case[] = [
  {
    name: 'applied lists become empty',
    steps: [
      ...define(definition),
      apply('one', { size: 1, whole: ['w'], tags: ['x', 'y'], parts: [part('a'), part('b')] }),
      apply('one', { size: 1, whole: [], tags: [], parts: [] }),
      apply('one', { size: 1, tags: ['x'] }),
      apply('one', { size: 1 }),
      get(A),
    ],
  },
  {
    name: 'the only list applied becomes empty',
    steps: [
      ...define(definition),
      apply('one', { parts: [part('a')] }),
      apply('one', { parts: [] }),
      apply('one', { inner: { parts: [part('a')] } }),
      apply('one', { inner: { parts: [] } }),
      apply('one', { inner: {} }),
      apply('one', {}),
      apply('one'),
      get(A),
    ],
  },
  {
    name: 'a list is emptied beside what others own',
    steps: [
      ...define(definition),
      apply('two', { size: 2 }),
      apply('one', { inner: { parts: [part('a'), part('b')] }, parts: [part('a', { value: '1' })] }),
      apply('three', { inner: { parts: [part('b')] } }),
      apply('one', { inner: { parts: [] }, parts: [] }),
      apply('three', { inner: { parts: [] } }),
      apply('two', { inner: { size: 3 } }),
      get(A),
    ],
  },
  {
    name: 'an item is shared by field',
    steps: [
      ...define(definition),
      apply('one', { parts: [part('a', { value: '1', tags: ['x'] })] }),
      apply('two', { parts: [part('a', { tags: ['y'] }), part('b')] }),
      apply('one', { parts: [part('a', { tags: [] })] }),
      apply('one', { parts: [] }),
      apply('two', { parts: [part('b')] }),
      get(A),
    ],
  },
  {
    name: 'an update adds to what was applied',
    steps: [
      ...define(definition),
      apply('one', { inner: { parts: [part('a')] }, words: { a: '1' } }),
      patch('merge', `${A}?fieldManager=two`, {
        spec: { size: 4, inner: { parts: [part('a'), part('c')] } },
      }),
      apply('one', { inner: { parts: [] } }),
      patch('merge', `${A}?fieldManager=two`, { spec: { inner: { parts: [] } } }),
      apply('one', { inner: { parts: [part('d')] } }),
      apply('one', {}),
      get(A),
    ],
  },
  {
    name: 'maps are applied and emptied',
    steps: [
      ...define(definition),
      apply('one', { words: { a: '1', b: '2' }, groups: { g: { a: '1' }, h: { b: '1' } } }),
      apply('two', { groups: { g: { b: '2' } } }),
      apply('one', { words: {}, groups: { g: {} } }),
      apply('one', { words: {} }),
      apply('one', {}),
      apply('two', {}),
      get(A),
    ],
  },
  {
    name: 'apply to what was created',
    steps: [
      ...define(definition),
      post(`${THINGS}?fieldManager=maker`, thing('a', { size: 1, tags: ['x'], parts: [], inner: {} })),
      apply('one', { tags: ['y'], parts: [part('a')] }),
      apply('one', { tags: [] }),
      apply('one'),
      get(A),
    ],
  },
  {
    name: 'lists of a built-in kind become empty',
    steps: [
      patch('apply', `${NS}/services/s?fieldManager=one`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', labels: { a: 'b' }, finalizers: ['example.com/one'] },
        spec: {
          clusterIP: 'None',
          ports: [
            { name: 'a', port: 80 },
            { name: 'b', port: 81 },
          ],
          selector: { a: 'b' },
        },
      }),
      patch('apply', `${NS}/services/s?fieldManager=one`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', labels: {}, finalizers: [] },
        spec: { clusterIP: 'None', ports: [], selector: {} },
      }),
      patch('apply', `${NS}/services/s?fieldManager=one`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: { clusterIP: 'None' },
      }),
      get(`${NS}/services/s`),
    ],
  },
];
