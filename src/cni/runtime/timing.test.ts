import { expect, test } from 'vitest';
import type { CniCommand } from '../versions.ts';
import { chainTiming, decidedNs } from './timing.ts';

const plugin = (name: string, command: CniCommand, startedNs: number, exitedNs: number) => ({
  ...{ plugin: name, command, startedNs, exitedNs },
  endedNs: exitedNs,
});

test('an address that goes from one pod to the next within DEL is not held by both', () => {
  // Given back at 21, out again at 22, before ptp had taken the old link away.
  const del = [plugin('portmap', 'DEL', 10, 19), plugin('ptp', 'DEL', 20, 60)];
  const add = [plugin('ptp', 'ADD', 18, 26), plugin('portmap', 'ADD', 27, 35)];
  expect([decidedNs(chainTiming('DEL', del)!), decidedNs(chainTiming('ADD', add)!)]).toEqual([20, 35]);
});
