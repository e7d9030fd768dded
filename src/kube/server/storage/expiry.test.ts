import { expect, test } from 'vitest';
import type { KubeObject } from '../../types.ts';
import { Expiry } from './expiry.ts';
import { Revision } from './revision.ts';
import { Store } from './store.ts';

const event = (name: string, count: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name },
  count,
});

test('what was written long ago goes, what was written again stays', () => {
  let now = 0;
  const store = new Store(new Revision(), { historyLimit: 10 });
  using expiry = new Expiry(store, 1000, () => now);
  store.put('a', event('a', 1));
  store.put('b', event('b', 1));
  now = 600;
  store.put('a', event('a', 2));
  now = 1100;
  expiry.sweep();
  expect([...store.keys()]).toEqual(['a']);
  store.remove('a');
  now = 5000;
  expect(() => expiry.sweep()).not.toThrow();
});
