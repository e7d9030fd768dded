import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probeProgram } from './index.ts';

const openDescriptors = () => readdirSync('/proc/self/fd').length;

test('both kinds load on a kernel of this age, and leave no descriptor open', () => {
  const before = openDescriptors();
  expect(probeProgram('xdp')).toBe('yes'); // 4.8
  expect(probeProgram('cgroup-connect')).toBe('yes'); // 4.17
  expect(openDescriptors()).toBe(before);
});
