import { Cidr } from '../../ip/index.ts';
import { type AddressSource, HostAllocator, type Owner, SnapshotStore } from '../../ipam/index.ts';
import type { BenchContext } from '../context.ts';
import type { Level } from './level.ts';

export interface InMemoryPlan {
  /** Addresses held while it is clocked, in a /16. */
  readonly counts: readonly number[];
  /** Shares of a /20 that are held. */
  readonly fills: readonly number[];
  readonly blocks: number;
  /** Addresses that a block takes and gives back. */
  readonly perBlock: number;
}

/** allocate() and release() of a node's allocator, in memory alone. */
export interface InMemoryResult {
  readonly byCount: readonly Level[];
  readonly byFill: readonly Level[];
}

/** Rounds of each block before it counts: what is compiled as it runs is compiled then. */
const WARM_UP = 20;
const SMALL = { cidr: Cidr.parseExact('10.20.0.0/20'), size: 4094 };
const LARGE = { cidr: Cidr.parseExact('10.20.0.0/16') };

/** Clocks each call; blocks of all sizes take turns, so that a drift of the machine hits all alike. */
export async function measureInMemory(
  { counts, fills, blocks, perBlock }: InMemoryPlan,
  { progress, signal }: BenchContext,
): Promise<InMemoryResult> {
  progress('ipam.allocate in memory');
  const byCount = await clocked(
    counts.map((held) => ({ size: held, cidr: LARGE.cidr, held })),
    { blocks, perBlock },
    signal,
  );
  const byFill = await clocked(
    fills.map((share) => ({
      size: share,
      cidr: SMALL.cidr,
      held: Math.round(share * SMALL.size) - perBlock,
    })),
    { blocks, perBlock },
    signal,
  );
  return { byCount, byFill };
}

interface Sized {
  readonly size: number;
  readonly cidr: Cidr;
  readonly held: number;
}

async function clocked(
  sizes: readonly Sized[],
  { blocks, perBlock }: Pick<InMemoryPlan, 'blocks' | 'perBlock'>,
  signal: AbortSignal,
): Promise<Level[]> {
  const levels = await Promise.all(
    sizes.map(async ({ size, cidr, held }) => {
      const source = await filled(cidr, Math.max(0, held));
      return { source, level: { size, allocate: [] as number[][], release: [] as number[][] } };
    }),
  );
  const overhead = clockOverhead();
  for (let round = -WARM_UP; round < blocks; round++) {
    for (const { source, level } of levels) {
      signal.throwIfAborted();
      const [allocate, release] = block(source, perBlock, overhead);
      if (round < 0) continue;
      level.allocate.push(allocate);
      level.release.push(release);
    }
    await new Promise(setImmediate);
  }
  return levels.map(({ level }) => level);
}

async function filled(cidr: Cidr, held: number): Promise<AddressSource> {
  const families = [cidr.family];
  const source = await HostAllocator.open({ families, store: new SnapshotStore(), cooldownMs: 0 });
  source.grow([cidr]);
  for (let i = 0; i < held; i++) source.allocate(owner(`held-${i}`));
  return source;
}

function block(source: AddressSource, perBlock: number, overhead: number): [number[], number[]] {
  const owners = Array.from({ length: perBlock }, (_, i) => owner(`new-${i}`));
  const ns = (begun: number): number => Math.max(1, (performance.now() - begun) * 1e6 - overhead);
  const allocate = owners.map((each) => {
    const begun = performance.now();
    source.allocate(each);
    return ns(begun);
  });
  const release = owners.map((each) => {
    const begun = performance.now();
    void source.release(each); // Durable at once: done when it returns.
    return ns(begun);
  });
  return [allocate, release];
}

function owner(containerId: string): Owner {
  return { containerId, ifname: 'eth0' };
}

/** ns that reading the clock takes: the median of many tries. */
function clockOverhead(): number {
  const tries = Float64Array.from({ length: 10_000 }, () => {
    const begun = performance.now();
    return performance.now() - begun;
  });
  return tries.sort()[5000]! * 1e6;
}
