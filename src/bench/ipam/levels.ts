import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Cidr } from '../../ip/index.ts';
import {
  type AddressSource,
  AllocationLog,
  HostAllocator,
  type HostRecord,
  type Owner,
  SnapshotStore,
} from '../../ipam/index.ts';
import type { BenchContext } from '../context.ts';
import type { Level } from './level.ts';

export interface LevelsPlan {
  /** Addresses held while it is clocked, in a /16. */
  readonly counts: readonly number[];
  /** Shares of a /20 that are held. */
  readonly fills: readonly number[];
  readonly blocks: number;
  /** Addresses that a block takes and gives back. */
  readonly perBlock: number;
}

/** allocate() and release() of a node's allocator, one call after the other. */
export interface LevelsResult {
  /** In memory alone. */
  readonly inMemory: Sizes;
  /** Until it is durable, the log in memory as in a node's /run. */
  readonly durable: Sizes;
}

export interface Sizes {
  readonly byCount: readonly Level[];
  readonly byFill: readonly Level[];
}

/** Rounds of each block before it counts: what is compiled as it runs is compiled then. */
const WARM_UP = 20;
const SMALL = { cidr: Cidr.parseExact('10.20.0.0/20'), size: 4094 };
const LARGE = Cidr.parseExact('10.20.0.0/16');
/** A file system in memory, as that of a node's /run. */
const MEMORY = '/dev/shm';

/** Clocks each call; blocks of all sizes take turns, so that a drift of the machine hits all alike. */
export async function measureLevels(
  plan: LevelsPlan,
  { progress, signal }: BenchContext,
): Promise<LevelsResult> {
  progress('ipam.allocate in memory');
  const overhead = clockOverhead();
  const inMemory = await measure(
    plan,
    () => new SnapshotStore<HostRecord>(),
    inMemoryBlock(overhead),
    signal,
  );
  progress('ipam.allocate until it is durable, by addresses held');
  const folder = await mkdtemp(path.join(MEMORY, 'churnlab-bench-'));
  try {
    let logs = 0;
    const log = () => new AllocationLog<HostRecord>(path.join(folder, `${logs++}.log`));
    return { inMemory, durable: await measure(plan, log, durableBlock, signal) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Store = Parameters<typeof HostAllocator.open>[0]['store'];
/** Takes an address for each owner and gives it back; ns of both. */
type Block = (source: AddressSource, owners: readonly Owner[]) => Promise<[number[], number[]]>;

async function measure(
  { counts, fills, blocks, perBlock }: LevelsPlan,
  store: () => Store,
  block: Block,
  signal: AbortSignal,
): Promise<Sizes> {
  const byCount = counts.map((held) => ({ size: held, cidr: LARGE, held }));
  const byFill = fills.map((share) => ({
    ...{ size: share, cidr: SMALL.cidr },
    held: Math.max(0, Math.round(share * SMALL.size) - perBlock),
  }));
  const owners = Array.from({ length: perBlock }, (_, i) => ownerOf(`new-${i}`));
  const clocked = async (sizes: typeof byCount): Promise<Level[]> => {
    await using stack = new AsyncDisposableStack();
    const levels: { readonly source: AddressSource; readonly level: MutableLevel }[] = [];
    for (const { size, cidr, held } of sizes) {
      const source = stack.use(await filled(cidr, held, store()));
      levels.push({ source, level: { size, allocate: [], release: [] } });
    }
    for (let round = -WARM_UP; round < blocks; round++) {
      for (const { source, level } of levels) {
        signal.throwIfAborted();
        const [allocate, release] = await block(source, owners);
        if (round < 0) continue;
        level.allocate.push(allocate);
        level.release.push(release);
      }
    }
    return levels.map(({ level }) => level);
  };
  return { byCount: await clocked(byCount), byFill: await clocked(byFill) };
}

interface MutableLevel {
  readonly size: number;
  readonly allocate: number[][];
  readonly release: number[][];
}

async function filled(cidr: Cidr, held: number, store: Store): Promise<AddressSource> {
  const source = await HostAllocator.open({ families: [cidr.family], store, cooldownMs: 0 });
  source.grow([cidr]);
  const durable: Promise<void>[] = [];
  for (let i = 0; i < held; i++) durable.push(source.allocate(ownerOf(`held-${i}`)).durable);
  await Promise.all(durable);
  return source;
}

const inMemoryBlock =
  (overhead: number): Block =>
  async (source, owners) => {
    const ns = (begun: number): number => Math.max(1, (performance.now() - begun) * 1e6 - overhead);
    const allocate = owners.map((owner) => {
      const begun = performance.now();
      source.allocate(owner);
      return ns(begun);
    });
    const release = owners.map((owner) => {
      const begun = performance.now();
      void source.release(owner); // Durable at once: done when it returns.
      return ns(begun);
    });
    return [allocate, release];
  };

const durableBlock: Block = async (source, owners) => {
  const [allocate, release]: [number[], number[]] = [[], []];
  for (const owner of owners) {
    const begun = performance.now();
    await source.allocate(owner).durable;
    allocate.push((performance.now() - begun) * 1e6);
  }
  for (const owner of owners) {
    const begun = performance.now();
    await source.release(owner);
    release.push((performance.now() - begun) * 1e6);
  }
  return [allocate, release];
};

function ownerOf(containerId: string): Owner {
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
