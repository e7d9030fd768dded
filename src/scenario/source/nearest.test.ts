import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['rat', 'rate'],
  ['rtae', 'rate'],
  ['lifetmie', 'lifetime'],
  ['Nodes', 'nodes'],
])('%s was meant to be %s', (text, meant) => {
  expect(nearest(text, ['rate', 'lifetime', 'nodes', 'deadline'])).toBe(meant);
});

test('what is like nothing has no suggestion', () => {
  expect(nearest('replicas', ['rate', 'lifetime', 'nodes'])).toBeUndefined();
});

test('the distance is symmetric, zero for equal texts only, and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
    { seed: 1 },
  );
});
