import { expect, test } from 'vitest';
import { findCgroup2 } from './cgroup.ts';

const OWN = '31 24 0:27 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw';

test.each([
  [
    'a node with version 2',
    '/host/sys/fs/cgroup',
    '90 24 0:27 /../.. /host/sys/fs/cgroup rw - cgroup2 cgroup rw',
  ],
  [
    'a node with both versions',
    '/host/sys/fs/cgroup/unified',
    '90 24 0:30 / /host/sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw',
  ],
  ['a node with version 1', undefined, '90 24 0:31 / /host/sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu'],
  ['another folder of that name', undefined, '90 24 0:27 / /host/sys/fs/cgroup2 rw - cgroup2 cgroup rw'],
])('%s', (_what, expected, line) => {
  expect(findCgroup2(`${OWN}\n${line}\n`, '/host/sys/fs/cgroup')).toBe(expected);
});
