import { setTimeout as sleep } from 'node:timers/promises';
import type { AddParts, Subject, SubjectName } from './subject.ts';

/** The kernel takes namespaces and links down in the background: the next block does not begin in the middle of it. */
const SETTLE_MS = 300;

/** Durations in ns, one list a block. */
export type Blocks = readonly (readonly number[])[];

/** What one subject took with so many pods live. */
export interface SubjectBlocks {
  readonly name: SubjectName;
  readonly add: Blocks;
  readonly del: Blocks;
  /** Of each ADD, where the network can tell them. */
  readonly parts: readonly AddParts[];
}

export interface BlocksPlan {
  /** Each subject has two blocks a round, its places mirrored (ABC CBA), so that a drift of the machine cancels. */
  readonly rounds: number;
  /** Pods that a block adds, one after the other, and then removes again. */
  readonly perBlock: number;
}

/** Clocks every subject, blocks of them interleaved. All are as full afterwards as they were before. */
export async function measureBlocks(
  subjects: readonly Subject[],
  { rounds, perBlock }: BlocksPlan,
  signal: AbortSignal,
): Promise<SubjectBlocks[]> {
  const measured = subjects.map((subject) => ({ subject, add: [] as number[][], del: [] as number[][] }));
  for (let round = 0; round < rounds; round++) {
    for (const { subject, add, del } of [...measured, ...measured.toReversed()]) {
      signal.throwIfAborted();
      add.push(await subject.add(perBlock));
      del.push(await subject.remove(perBlock));
      await sleep(SETTLE_MS);
    }
  }
  return measured.map(({ subject, add, del }) => ({
    name: subject.name,
    add,
    del,
    parts: subject.takeParts(),
  }));
}
