import { expect, test } from 'vitest';
import { examine } from './examine.ts';
import { findKernelOption } from './kernel-option.ts';

test('as root every question about the kernel has an answer, and namespaces can be made', async () => {
  const answers = new Map((await examine()).map(({ name, answer }) => [name, answer]));
  expect(answers.get('netns')).toBe('yes');
  for (const name of ['cgroup2', 'clsact', 'tcx', 'XDP', 'BTF', 'IPVS'])
    expect(answers.get(name), name).not.toBe('unknown');
});

test('a filter works here exactly when the kernel has it', async () => {
  const nftables = (await examine()).find(({ name }) => name === 'nftables');
  const expected = findKernelOption('NF_TABLES', 'nf_tables') === 'absent' ? 'no' : 'yes';
  expect(nftables?.answer).toBe(expected);
});
