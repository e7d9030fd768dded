import { expect, it } from 'vitest';
import { Newest } from './newest.ts';
import type { KubeObject } from './types.ts';

const state = (generation: number, uid = 'u1', resourceVersion = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'thing', uid, generation, resourceVersion },
});

it('should keep the state of the highest generation, and of one generation the one that came last', () => {
  const newest = new Newest<KubeObject>();
  expect([state(1), state(3), state(2), state(3, 'u1', '9')].map((each) => newest.offer(each))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(newest.get('thing')).toEqual(state(3, 'u1', '9'));
});

it('should take another object of the name for what it is, and forget one that is gone', () => {
  const newest = new Newest<KubeObject>();
  newest.offer(state(7));
  expect(newest.offer(state(1, 'u2'))).toBe(true);
  expect(newest.get('thing')?.metadata.uid).toBe('u2');
  newest.delete('thing');
  expect(newest.get('thing')).toBeUndefined();
});
