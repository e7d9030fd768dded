import { expect, it } from 'vitest';
import { threadNamespaces } from '../kernel/index.ts';
import { TestLab } from '../substrate/testing/test-lab.ts';
import { measureBlocks } from './blocks.ts';
import { FloorSubject } from './floor-subject.ts';
import { LabSubject } from './lab-subject.ts';

it('clocks a network beside the bare kernel work, and leaves both as full as they were', async () => {
  await using test = await TestLab.up({ nodes: 1, ipam: { cooldown: '1s' } });
  using floor = await FloorSubject.open();
  const subjects = [floor, await LabSubject.open(test.lab)];
  const { signal } = new AbortController();
  for (const subject of subjects) await subject.fill(3, signal);

  const plan = { rounds: 1, perBlock: 3 };
  const [kernel, ours] = await measureBlocks(subjects, plan, signal);

  expect(kernel!.add.map(({ length }) => length)).toEqual([3, 3]);
  expect(ours!.add.map(({ length }) => length)).toEqual([3, 3]);
  expect(ours!.del.map(({ length }) => length)).toEqual([3, 3]);
  expect([kernel!.add, ours!.add, ours!.del].flat(2).every((ns) => ns > 0)).toBe(true);
  const sums = ours!.parts.map((parts) => Object.values(parts).reduce((sum, ns) => sum + ns, 0));
  expect(sums.toSorted()).toEqual(ours!.add.flat().toSorted());
  expect(subjects.map(({ live }) => live)).toEqual([3, 3]);
  expect(threadNamespaces().size).toBe(1);
});
