import { expect, test } from 'vitest';
import { builtinSchema } from '../schema/builtin.ts';
import {
  changedFields,
  difference,
  fieldsOf,
  intersection,
  paths,
  removedFields,
  union,
  withNamedFields,
} from './field-set.ts';

const SERVICE = builtinSchema('Service');
const service = {
  metadata: { labels: { a: '1' } },
  spec: {
    selector: { app: 'x' },
    ports: [{ port: 80, protocol: 'TCP', name: 'web' }],
    clusterIPs: ['10.0.0.1'],
  },
};

test('fields are named as FieldsV1 names them', () => {
  expect(fieldsOf(service, SERVICE)).toEqual({
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': {
      'f:selector': {},
      'f:clusterIPs': {},
      'f:ports': {
        'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:name': {} },
      },
    },
  });
});

test('keys of list items count with their defaults', () => {
  const fields = fieldsOf({ spec: { ports: [{ port: 53 }] } }, SERVICE);
  expect([...paths(fields!)]).toEqual([
    '.spec.ports[port=53,protocol="TCP"]',
    '.spec.ports[port=53,protocol="TCP"].port',
  ]);
});

test('changes are what is new or differs, atomic parts as a whole', () => {
  const after = { ...service, spec: { ...service.spec, selector: { app: 'y' }, type: 'NodePort' } };
  expect([...paths(changedFields(service, after, SERVICE)!)]).toEqual(['.spec.selector', '.spec.type']);
  expect(changedFields(service, structuredClone(service), SERVICE)).toBeUndefined();
});

test('removals are found inside lists', () => {
  const after = { ...service, spec: { ...service.spec, ports: [{ port: 80, protocol: 'TCP' }] } };
  expect([...paths(removedFields(service, after, SERVICE)!)]).toEqual([
    '.spec.ports[port=80,protocol="TCP"].name',
  ]);
});

test('sets obey their laws', () => {
  const a = fieldsOf({ metadata: { labels: { x: '1', y: '1' } } }, SERVICE)!;
  const b = fieldsOf({ metadata: { labels: { y: '1', z: '1' } } }, SERVICE)!;
  const leaves = (set: ReturnType<typeof union>) => (set ? [...paths(set)].sort() : []);
  expect(leaves(union(a, b))).toEqual(['.metadata.labels.x', '.metadata.labels.y', '.metadata.labels.z']);
  expect(leaves(intersection(a, b))).toEqual(['.metadata.labels.y']);
  expect(leaves(difference(a, b))).toEqual(['.metadata.labels.x']);
  expect(difference(a, a)).toBeUndefined();
});

test("a list that merges is nobody's while it is empty, but new to what it is compared with", () => {
  expect(fieldsOf({ spec: { ports: [] } }, SERVICE)).toBeUndefined();
  expect(fieldsOf({ metadata: { labels: {} } }, SERVICE)).toEqual({ 'f:metadata': { 'f:labels': {} } });
  expect(changedFields({}, { spec: { ports: [] } }, SERVICE)).toEqual({
    'f:spec': { '.': {}, 'f:ports': {} },
  });
});

test('whoever owns a field owns the named fields above it, too', () => {
  const fields = {
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': { 'f:ports': { 'k:{"port":80}': {} } },
  };
  expect([...paths(withNamedFields(fields, SERVICE))]).toEqual([
    '.metadata',
    '.metadata.labels',
    '.metadata.labels.a',
    '.spec',
    '.spec.ports',
    '.spec.ports[port=80]',
  ]);
});
