import { expect, test } from 'vitest';
import { builtinSchema } from '../schema/builtin.ts';
import { strategicMerge } from './strategic-merge.ts';

const POD = builtinSchema('Pod');
const SERVICE = builtinSchema('Service');

const pod = {
  metadata: { name: 'p', labels: { a: '1', b: '2' }, finalizers: ['x/a'] },
  spec: {
    containers: [
      { name: 'one', image: 'a', env: [{ name: 'K', value: 'v' }] },
      { name: 'two', image: 'b', args: ['x', 'y'] },
    ],
    tolerations: [{ key: 'k' }],
  },
  status: { conditions: [{ type: 'Ready', status: 'False' }] },
};

const merge = (patch: object) => strategicMerge(pod, patch, POD);

test('lists with a key merge item by item, others are replaced', () => {
  const patch = {
    spec: { containers: [{ name: 'two', image: 'c', args: ['z'] }, { name: 'three' }], tolerations: [] },
  };
  expect(merge(patch)).toMatchObject({
    spec: {
      containers: [pod.spec.containers[0], { name: 'two', image: 'c', args: ['z'] }, { name: 'three' }],
      tolerations: [],
    },
  });
});

test('conditions merge by type', () => {
  const conditions = [
    { type: 'Ready', status: 'True' },
    { type: 'Initialized', status: 'True' },
  ];
  expect(merge({ status: { conditions } })).toMatchObject({ status: { conditions } });
});

test('null deletes, sets are joined', () => {
  const patch = { metadata: { labels: { a: null, c: '3' }, finalizers: ['x/b', 'x/a'] } };
  expect(merge(patch)).toMatchObject({
    metadata: { labels: { b: '2', c: '3' }, finalizers: ['x/a', 'x/b'] },
  });
  expect((merge(patch) as typeof pod).metadata.labels).not.toHaveProperty('a');
});

test('directives: delete an item, replace a map, delete from a set, retain keys', () => {
  expect(merge({ spec: { containers: [{ name: 'one', $patch: 'delete' }] } })).toMatchObject({
    spec: { containers: [pod.spec.containers[1]] },
  });
  expect(merge({ metadata: { labels: { $patch: 'replace', z: '9' } } })).toMatchObject({
    metadata: { labels: { z: '9' } },
  });
  expect(
    (merge({ metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } }) as typeof pod).metadata
      .finalizers,
  ).toEqual([]);
  expect(strategicMerge({ a: 1, b: 2 }, { $retainKeys: ['a'], a: 3 }, undefined)).toEqual({ a: 3 });
});

test('$setElementOrder orders what it names', () => {
  const patch = { spec: { '$setElementOrder/containers': [{ name: 'two' }, { name: 'one' }] } };
  expect((merge(patch) as typeof pod).spec.containers.map(({ name }) => name)).toEqual(['two', 'one']);
});

test('service ports merge by port', () => {
  const service = { spec: { ports: [{ port: 80, nodePort: 30080 }] } };
  expect(strategicMerge(service, { spec: { ports: [{ port: 80, name: 'web' }] } }, SERVICE)).toEqual({
    spec: { ports: [{ port: 80, nodePort: 30080, name: 'web' }] },
  });
});

test('an item without its key is refused', () => {
  expect(() => merge({ spec: { containers: [{ image: 'x' }] } })).toThrow(
    'does not contain declared merge key: name',
  );
});

test('what the patch does not touch is shared', () => {
  const merged = merge({ metadata: { labels: { z: '1' } } }) as typeof pod;
  expect(merged.spec).toBe(pod.spec);
});
