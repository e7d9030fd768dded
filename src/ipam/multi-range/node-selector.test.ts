import { describe, expect, it, test } from 'vitest';
import { NodeSelector, type SelectorRequirement } from './node-selector.ts';

function select(...matchExpressions: SelectorRequirement[]): NodeSelector {
  return new NodeSelector({ nodeSelectorTerms: [{ matchExpressions }] });
}

test.each([
  [{ key: 'k', operator: 'In', values: ['b', 'a'] }, 'k in (a,b)', ['a'], ['c', undefined]],
  [{ key: 'k', operator: 'NotIn', values: ['a'] }, 'k notin (a)', ['b', undefined], ['a']],
  [{ key: 'k', operator: 'Exists' }, 'k', ['', 'a'], [undefined]],
  [{ key: 'k', operator: 'DoesNotExist' }, '!k', [undefined], ['']],
  [{ key: 'k', operator: 'Gt', values: ['9'] }, 'k>9', ['10'], ['9', 'ten', undefined]],
  [{ key: 'k', operator: 'Lt', values: ['-9'] }, 'k<-9', ['-10'], ['0', 'ten', undefined]],
] as const)('%o', (requirement, text, yes, no) => {
  const selector = select(requirement);
  expect(selector.text).toBe(text);
  const labels = (value: string | undefined) => (value === undefined ? {} : { k: value });
  for (const value of yes) expect(selector.matches(labels(value))).toBe(true);
  for (const value of no) expect(selector.matches(labels(value))).toBe(false);
});

describe('NodeSelector', () => {
  it('should want all requirements of all terms, labels and fields alike', () => {
    const selector = new NodeSelector({
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'zone', operator: 'Exists' }] },
        { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] },
      ],
    });
    expect([selector.size, selector.text]).toEqual([2, 'metadata.name in (n1),zone']);
    expect(selector.matches({ zone: 'a' })).toBe(false);
    expect(selector.matches({ zone: 'a', 'metadata.name': 'n1' })).toBe(true);
  });

  it('should match every node without terms', () => {
    expect(new NodeSelector({ nodeSelectorTerms: [] }).matches({})).toBe(true);
  });

  it.each([
    [{ key: 'k', operator: 'In' }, 'Expected at least one value for In of k, got none'],
    [{ key: 'k', operator: 'Exists', values: ['a'] }, 'Expected no value for Exists of k, got a'],
    [{ key: 'k', operator: 'Gt', values: ['ten'] }, 'Expected one whole number for Gt of k, got ten'],
  ] as const)('should refuse %o', (requirement, problem) => {
    expect(() => select(requirement)).toThrow(problem);
  });
});
