import { describe, expect, test } from 'vitest';
import type { Expectation } from './case.ts';
import { judge, type Seen, sumOf } from './judge.ts';

const seen = (backends: Record<string, number>, failed: Record<string, number> = {}): Seen => {
  const ok = Object.values(backends).reduce((sum, n) => sum + n, 0);
  return { count: ok + Object.values(failed).reduce((sum, n) => sum + n, 0), ok, failed, backends };
};

const ALL: Expectation = { kind: 'answers', by: ['a', 'b'], spread: 'all' };
const ONE: Expectation = { kind: 'answers', by: ['a', 'b'], spread: 'one' };
const REFUSED: Expectation = { kind: 'refused' };
const NOBODY: Expectation = { kind: 'nobody', why: 'so' };

describe('judge', () => {
  test.each([
    [ALL, seen({ a: 1, b: 79 })],
    [ONE, seen({ b: 80 })],
    [REFUSED, seen({}, { refused: 1 })],
    [REFUSED, seen({}, { denied: 1 })],
    [REFUSED, seen({}, { timeout: 2, refused: 1 })],
    [NOBODY, seen({}, { timeout: 2 })],
    [NOBODY, seen({}, { refused: 1, unreachable: 1 })],
  ])('%o holds with %o', (expectation, found) => {
    expect(judge(expectation, found)).toBeUndefined();
  });

  test.each([
    [ALL, seen({ a: 8 }), 'expected answers of each of a, b, got of 8: a 8'],
    [ALL, seen({ a: 4, b: 3 }, { timeout: 1 }), 'expected answers of a, b, got of 8: a 4, b 3, timeout 1'],
    [ALL, seen({ a: 4, b: 3, c: 1 }), 'expected answers of a, b only, got of 8: a 4, b 3, c 1'],
    [ONE, seen({ a: 7, b: 1 }), 'expected always the same of a, b, got of 8: a 7, b 1'],
    [ONE, seen({ c: 8 }), 'expected answers of a, b only, got of 8: c 8'],
    [REFUSED, seen({}, { timeout: 5 }), 'expected to be refused, got of 5: timeout 5'],
    [REFUSED, seen({ a: 1 }, { refused: 1 }), 'expected to be refused, got of 2: a 1, refused 1'],
    [NOBODY, seen({ a: 1 }, { timeout: 1 }), 'expected no answer, got of 2: a 1, timeout 1'],
  ])('%o does not hold with %o', (expectation, found, problem) => {
    expect(judge(expectation, found)).toBe(problem);
  });
});

test('batches of a cell are added up', () => {
  expect(sumOf([seen({ a: 1 }, { timeout: 1 }), seen({ a: 2, b: 3 }), seen({}, { timeout: 2 })])).toEqual({
    count: 9,
    ok: 6,
    failed: { timeout: 3 },
    backends: { a: 3, b: 3 },
  });
});
