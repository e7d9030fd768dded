import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../types.ts';
import { readPath } from '../selector/field-selector.ts';
import { Revision } from './revision.ts';
import { entriesAt } from './snapshot.ts';
import { Store } from './store.ts';

const object = (name: string, node = ''): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { nodeName: node },
});

const newStore = (historyLimit = 1000) =>
  new Store(new Revision(), {
    historyLimit,
    indexed: new Map([['spec.nodeName', readPath('spec.nodeName')]]),
  });

const step = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  node: fc.constantFrom('', 'n1', 'n2'),
  remove: fc.boolean(),
});

test('every past state can be told from the log, and the index is right', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = newStore();
      const states = [{ revision: store.revision, keys: [] as string[] }];
      for (const { name, node, remove } of steps) {
        if (remove && store.get(name)) store.remove(name);
        else store.put(name, object(name, node));
        states.push({ revision: store.revision, keys: [...store.keys()] });
      }
      for (const { revision, keys } of states) {
        expect(entriesAt(store, revision).map(({ key }) => key)).toEqual(keys);
      }
      for (const node of ['', 'n1', 'n2']) {
        const expected = [...store.values()].filter(
          (entry) => readPath('spec.nodeName')(entry.object) === node,
        );
        expect([...store.keysBy('spec.nodeName', node)!].sort()).toEqual(
          expected.map(({ key }) => key).sort(),
        );
      }
    }),
  );
});

test('the log forgets in blocks, and says what it has forgotten', () => {
  const store = newStore(10);
  for (let i = 0; i < 20; i++) store.put('a', object('a'));
  expect(store.log.forgotten).toBe(11);
  expect(store.log.after(store.log.forgotten)).toHaveLength(10);
  store.log.compact(18);
  expect(store.log.after(18)).toHaveLength(3);
  expect(store.log.forgotten).toBe(18);
});

test('parts that do not change are shared between versions', () => {
  const store = newStore();
  const first = store.put('a', object('a', 'n1'));
  const second = store.put('a', {
    ...first.object,
    metadata: { ...first.object.metadata, labels: { x: '1' } },
  });
  expect(second.object.spec).toBe(first.object.spec);
  expect(Object.isFrozen(second.object.metadata.labels)).toBe(true);
});
