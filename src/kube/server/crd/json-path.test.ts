import { expect, test } from 'vitest';
import { compileJsonPath } from './json-path.ts';

const object = {
  metadata: { annotations: { 'example.com/a': 'x' } },
  status: {
    ready: true,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

test.each([
  ['.status.ready', [true]],
  ['.status.conditions[0].type', ['Ready']],
  ['.status.conditions[*].status', ['True', 'False']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  ['.metadata.annotations.example\\.com/a', ['x']],
  [".metadata.annotations['example.com/a']", ['x']],
  ['{.status.ready}', [true]],
  ['.none.at.all', []],
])('%s', (path, expected) => {
  expect(compileJsonPath(path)?.(object)).toEqual(expected);
});

test('a path outside the subset is not compiled', () => {
  expect(compileJsonPath('.a[(@.length-1)]')).toBeUndefined();
});
