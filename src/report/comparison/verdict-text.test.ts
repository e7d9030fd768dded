import { expect, test } from 'vitest';
import { verdictText } from './verdict-text.ts';

const MINIMUM = { relative: 0.05, absolute: 0 };

test.each([
  [{ kind: 'worse' }, 0, 'worse'],
  [{ kind: 'same', within: 0.031 }, 0, 'same within 4 %'],
  [{ kind: 'same', within: 0 }, 0, 'same within 0 %'],
  // A change of 22 % that is shorter than what counts of this metric.
  [{ kind: 'same', within: 0 }, 20e6, 'same within 20.0 ms'],
  [{ kind: 'same', within: 0.031 }, 20e6, 'same within 4 %'],
  [{ kind: 'inconclusive', needed: 12, reason: 'needs n ≥ 12' }, 0, '~ needs n ≥ 12'],
  [{ kind: 'missing', side: 'b', reason: 'b has none' }, 0, 'missing: b has none'],
] as const)('%j with an absolute minimum of %d ns', (verdict, absolute, text) => {
  expect(verdictText({ verdict, minimum: { ...MINIMUM, absolute }, unit: 'ns' })).toBe(text);
});
