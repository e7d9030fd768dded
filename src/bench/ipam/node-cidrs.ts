import { setTimeout as sleep } from 'node:timers/promises';
import type { IpamMode } from '../../scenario/index.ts';
import type { Blocks } from '../blocks.ts';
import type { BenchContext } from '../context.ts';
import { HollowNodes } from './hollow-nodes.ts';

/** Ours, and the real thing beside them. */
export const MODES = [
  'cluster-pool',
  'range',
  'multi-range',
  'cloud',
  'kcm',
] as const satisfies readonly IpamMode[];

export interface FreedPlan {
  readonly modes: readonly (typeof MODES)[number][];
  readonly rounds: number;
  readonly perBlock: number;
}

/** A full pool: from a node's deletion asked to the CIDR of the one that waits; ns. */
export interface FreedResult {
  readonly mode: IpamMode;
  readonly freed: Blocks;
}

export interface CrowdPlan {
  readonly modes: readonly (typeof MODES)[number][];
  readonly nodes: number;
}

/** Many nodes made at once. */
export interface CrowdResult {
  readonly mode: IpamMode;
  readonly nodes: number;
  /** From each node's being to its CIDR; ns. */
  readonly waits: readonly number[];
  /** First node asked for to last node there, and to the last CIDR; ns. */
  readonly madeNs: number;
  readonly allNs: number;
}

/** Pieces of the pool that runs out: one is the lab's own node's. */
const PIECES = 16;
/** So long a node has waited when a CIDR becomes free, in ms. */
const LEAD_MS = 200;
/** Requests under way at a time. */
const AT_ONCE = 64;

/** Labs of all modes side by side, each with a full pool; blocks take turns, mirrored. */
export async function measureFreed(
  { modes, rounds, perBlock }: FreedPlan,
  { labs, progress, signal }: BenchContext,
): Promise<FreedResult[]> {
  const names: string[] = [];
  await using stack = new AsyncDisposableStack();
  const subjects: {
    readonly nodes: HollowNodes;
    readonly freed: number[][];
    living: string[];
    made: number;
  }[] = [];
  for (const mode of modes) {
    progress(`a full pool in mode ${mode}`);
    const pools = [{ cidrs: ['10.20.0.0/20'], nodeMask: 24 }];
    const ipam = { mode, pools, allowExhaustion: true, ...providerOf(mode) };
    const name = await labs.up(`freed-${mode}`, { nodes: 1, ipam });
    names.push(name);
    const nodes = stack.use(await HollowNodes.open(name));
    const subject = { nodes, freed: [], living: [] as string[], made: 0 };
    for (; subject.made < PIECES - 1; subject.made++) {
      const node = `hollow-${subject.made}`;
      await nodes.create(node);
      await nodes.servedAt(node);
      subject.living.push(node);
    }
    subjects.push(subject);
  }
  progress('node CIDR freed to the waiting node served');
  for (let round = 0; round < rounds; round++) {
    for (const subject of [...subjects, ...subjects.toReversed()]) {
      const block: number[] = [];
      for (let i = 0; i < perBlock; i++) {
        signal.throwIfAborted();
        const waiting = `hollow-${subject.made++}`;
        await subject.nodes.create(waiting);
        await sleep(LEAD_MS);
        const asked = await subject.nodes.remove(subject.living.shift()!);
        block.push((await subject.nodes.servedAt(waiting)) - asked);
        subject.living.push(waiting);
      }
      subject.freed.push(block);
    }
  }
  await stack.disposeAsync();
  for (const name of names) await labs.down(name);
  return subjects.map(({ nodes, freed }) => ({ mode: nodes.mode, freed }));
}

/** As many nodes as go at once, in a lab of each mode. */
export async function measureCrowd(
  { modes, nodes: count }: CrowdPlan,
  { labs, progress, signal }: BenchContext,
): Promise<CrowdResult[]> {
  const results: CrowdResult[] = [];
  for (const mode of modes) {
    progress(`${count} nodes at once in mode ${mode}`);
    const ipam = { mode, pools: [{ cidrs: ['10.128.0.0/10'], nodeMask: 24 }], ...providerOf(mode) };
    const name = await labs.up(`crowd-${mode}`, { nodes: 1, ipam });
    const nodes = await HollowNodes.open(name);
    try {
      results.push(await crowd(nodes, count, signal));
    } finally {
      await nodes[Symbol.asyncDispose]();
      await labs.down(name);
    }
  }
  return results;
}

async function crowd(nodes: HollowNodes, count: number, signal: AbortSignal): Promise<CrowdResult> {
  const names = Array.from({ length: count }, (_, i) => `hollow-${i}`);
  const left = names.values();
  const begun = Number(process.hrtime.bigint());
  const worker = async (): Promise<void> => {
    for (const name of left) {
      signal.throwIfAborted();
      await nodes.create(name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const made = Number(process.hrtime.bigint());
  const served = await Promise.all(names.map((name) => nodes.servedAt(name)));
  const waits = names.map((name, i) => served[i]! - nodes.askedAt(name));
  return {
    mode: nodes.mode,
    nodes: count,
    waits,
    madeNs: made - begun,
    allNs: Math.max(...served) - begun,
  };
}

/** The limits of a provider are not what is measured: it may be asked as fast as it answers. */
function providerOf(mode: IpamMode) {
  return mode === 'cloud' ? { provider: { latency: '1ms', rate: '10000/s', burst: 10_000 } } : {};
}
