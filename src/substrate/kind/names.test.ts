import { expect, test } from 'vitest';
import { LabDirectory } from '../netns/index.ts';
import { containerNamesOf, namesOf } from './names.ts';

test('labs of one name in two clones do not share anything', () => {
  const [a, b] = ['/clones/a', '/clones/b'].map((home) => namesOf(new LabDirectory('kind', home)));
  for (const field of ['cluster', 'network', 'bridge', 'fence'] as const)
    expect(a![field]).not.toBe(b![field]);
  expect(a!.bridge.length).toBeLessThanOrEqual(15);
});

test('containers are called as kind calls them', () => {
  expect(containerNamesOf('kind-1a2b', 3)).toEqual([
    'kind-1a2b-control-plane',
    'kind-1a2b-worker',
    'kind-1a2b-worker2',
  ]);
});
