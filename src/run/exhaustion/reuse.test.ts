import { beforeEach, expect, test } from 'vitest';
import { Reuse } from './reuse.ts';

let told: [since: number, ns: number][];
let reuse: Reuse;

beforeEach(() => {
  told = [];
  reuse = new Reuse((since, ns) => told.push([since, ns]));
});

test('from the asking for its release to one who was waiting by then', () => {
  reuse.granted('10.0.0.1', { at: 5, waitedSince: undefined });
  reuse.freed('10.0.0.1', 100);
  reuse.granted('10.0.0.1', { at: 130, waitedSince: 90 });
  expect(told).toEqual([[100, 30]]);
});

test('what lies in the pool until somebody comes is not counted', () => {
  reuse.freed('10.0.0.1', 100);
  reuse.granted('10.0.0.1', { at: 130, waitedSince: 110 });
  reuse.freed('10.0.0.2', 100);
  reuse.granted('10.0.0.2', { at: 130, waitedSince: undefined });
  expect(told).toEqual([]);
});

test('the next owner may be told of before the one who let go', () => {
  reuse.granted('10.0.0.1', { at: 5, waitedSince: 1 });
  reuse.granted('10.0.0.1', { at: 130, waitedSince: 90 });
  reuse.freed('10.0.0.1', 100);
  expect(told).toEqual([[100, 30]]);
});

test('a release knows what became of the capacity that it gave back', () => {
  const release = reuse.release('hold', 100, 3);
  reuse.expect(release, ['a', 'b'], 101);
  reuse.expect(release, ['c'], 102);
  reuse.granted('a', { at: 111, waitedSince: 50 });
  reuse.granted('b', { at: 112, waitedSince: 105 });
  reuse.granted('c', { at: 122, waitedSince: 50 });
  reuse.granted('c', { at: 150, waitedSince: 50 });
  expect(reuse.releases()).toEqual([{ phase: 'hold', at: 100, released: 3, reuseNs: [10, 20] }]);
});
