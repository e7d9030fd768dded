import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cidr } from '../../ip/index.ts';
import { AllocationLog, HostAllocator, type HostRecord } from '../../ipam/index.ts';
import type { Blocks } from '../blocks.ts';
import type { BenchContext } from '../context.ts';

export interface DurablePlan {
  readonly perSecond: number;
  readonly seconds: number;
  /** Owners that allocate and release side by side, as fast as they are answered. */
  readonly atOnce: number;
}

/** allocate() until it is durable, by file system. */
export interface DurableResult {
  /** `memory`: as a node's /run; `disk`. */
  readonly on: 'memory' | 'disk';
  /** At a steady rate, one block a second; ns. */
  readonly steady: Blocks;
  /** As many at once as the plan says; ns. */
  readonly busy: Blocks;
  /** Allocations and releases a second then. */
  readonly perSecond: number;
}

/** A file system in memory, as that of a node's /run. */
const MEMORY = '/dev/shm';

/** The allocator with its log, where a node has it and on a disk. */
export async function measureDurable(
  plan: DurablePlan,
  { progress, signal }: BenchContext,
): Promise<DurableResult[]> {
  const results: DurableResult[] = [];
  for (const on of ['memory', 'disk'] as const) {
    progress(`ipam.allocate until it is durable, log in ${on === 'memory' ? 'memory' : 'a file on disk'}`);
    const folder = await mkdtemp(path.join(on === 'memory' ? MEMORY : os.tmpdir(), 'churnlab-bench-'));
    try {
      results.push(await measure(on, path.join(folder, 'ipam.log'), plan, signal));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return results;
}

async function measure(
  on: DurableResult['on'],
  file: string,
  { perSecond, seconds, atOnce }: DurablePlan,
  signal: AbortSignal,
): Promise<DurableResult> {
  await using allocator = await HostAllocator.open({
    families: ['ipv4'],
    store: new AllocationLog<HostRecord>(file),
    cooldownMs: 0,
  });
  allocator.grow([Cidr.parseExact('10.20.0.0/16')]);
  await openLoop(allocator, { perSecond, seconds: 1 }, signal);
  const steady = await openLoop(allocator, { perSecond, seconds }, signal);
  const begun = performance.now();
  const busy = await closedLoop(allocator, atOnce, seconds, signal);
  const operations = 2 * busy.flat().length;
  return { on, steady, busy, perSecond: operations / ((performance.now() - begun) / 1000) };
}

/** By the clock, whatever became of those before: one block a second. */
async function openLoop(
  allocator: HostAllocator,
  { perSecond, seconds }: Pick<DurablePlan, 'perSecond' | 'seconds'>,
  signal: AbortSignal,
): Promise<number[][]> {
  const blocks: number[][] = [];
  const begin = performance.now();
  let number = 0;
  for (let second = 0; second < seconds; second++) {
    const pending: Promise<number>[] = [];
    for (let i = 0; i < perSecond; i++, number++) {
      signal.throwIfAborted();
      const wait = begin + (number / perSecond) * 1000 - performance.now();
      if (wait > 0) await sleep(wait);
      pending.push(life(allocator, `steady-${number}`));
    }
    blocks.push(await Promise.all(pending));
  }
  return blocks;
}

async function closedLoop(
  allocator: HostAllocator,
  atOnce: number,
  seconds: number,
  signal: AbortSignal,
): Promise<number[][]> {
  const end = performance.now() + seconds * 1000;
  const worker = async (_: unknown, worker: number): Promise<number[]> => {
    const taken: number[] = [];
    for (let i = 0; performance.now() < end && !signal.aborted; i++)
      taken.push(await life(allocator, `busy-${worker}-${i}`));
    return taken;
  };
  return await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Allocates, gives back, and returns how long it took until the allocation was durable, ns. */
async function life(allocator: HostAllocator, containerId: string): Promise<number> {
  const owner = { containerId, ifname: 'eth0' };
  const begun = performance.now();
  await allocator.allocate(owner).durable;
  const ns = (performance.now() - begun) * 1e6;
  await allocator.release(owner);
  return ns;
}
