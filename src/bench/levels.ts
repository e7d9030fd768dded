import { NetnsLab } from '../substrate/index.ts';
import { type Blocks, type BlocksPlan, measureBlocks, type SubjectBlocks } from './blocks.ts';
import type { BenchContext } from './context.ts';
import { FloorSubject } from './floor-subject.ts';
import { LabSubject } from './lab-subject.ts';
import type { Subject, SubjectName } from './subject.ts';

/** BR_MAX_PORTS of net/bridge/br_private.h is 1024, number 0 is not used. */
const BRIDGE_PORTS = 1023;
/** Starts of a program that does nothing, before and after each level. */
const HARNESS_STARTS = 100;

/** All subjects with so many pods live. */
export interface Level {
  readonly live: number;
  readonly subjects: readonly SubjectBlocks[];
}

export interface LevelsResult {
  readonly levels: readonly Level[];
  /** Pods that a block adds on top of those live. */
  readonly perBlock: number;
  /** What the harness itself adds to each call: a program that does nothing, less the same clocked in C; in ns. */
  readonly harness: Blocks;
  /** The same starts as the kernel takes for them, by the C program's own clock; in ns. */
  readonly start: Blocks;
}

export interface LevelsPlan extends BlocksPlan {
  /** Pods live on the node, ascending. */
  readonly live: readonly number[];
  /**
   * Rounds of churnlab and of the bare kernel work before anything is kept: both run in JavaScript, which is slower
   * until it is compiled, and an agent that serves a node has been up for long.
   */
  readonly warmUpRounds: number;
}

/** ADD and DEL of every network on a node of its own, with more and more pods live, beside the bare kernel work. */
export async function measureLevels(plan: LevelsPlan, context: BenchContext): Promise<LevelsResult> {
  const { labs, progress, signal } = context;
  await using cleanup = new AsyncDisposableStack();
  const subjects: Subject[] = [cleanup.use(await FloorSubject.open())];
  const names: string[] = [];
  let ours: NetnsLab | undefined;
  for (const network of ['churnlab', 'bridge', 'ptp'] as const) {
    signal.throwIfAborted();
    progress(`bringing up a lab with network ${network}`);
    const name = await labs.up(network, { nodes: 1, network });
    names.push(name);
    const lab = cleanup.use(await NetnsLab.open(name));
    ours ??= lab;
    subjects.push(await LabSubject.open(lab));
  }
  const levels: Level[] = [];
  const harness: number[][] = [];
  const start: number[][] = [];
  const clockHarness = async (): Promise<void> => {
    const costs = await ours!.measureHarness(HARNESS_STARTS);
    harness.push(costs.map(({ total, kernel }) => total - kernel));
    start.push(costs.map(({ kernel }) => kernel));
  };
  progress('warming up');
  const inJavaScript = subjects.filter(({ name }) => name === 'kernel' || name === 'churnlab');
  await measureBlocks(inJavaScript, { ...plan, rounds: plan.warmUpRounds }, signal);
  for (const live of plan.live) {
    const able = subjects.filter(({ name }) => fits(name, live + plan.perBlock));
    for (const subject of able) {
      signal.throwIfAborted();
      progress(`filling ${subject.name} to ${live} live pods`);
      await subject.fill(live, signal);
    }
    signal.throwIfAborted();
    await clockHarness();
    progress(`clocking ADD and DEL at ${live} live pods`);
    levels.push({ live, subjects: await measureBlocks(able, plan, signal) });
    await clockHarness();
  }
  await cleanup.disposeAsync();
  progress('taking the labs down');
  for (const name of names) await labs.down(name);
  return { levels, perBlock: plan.perBlock, harness, start };
}

function fits(name: SubjectName, pods: number): boolean {
  return name !== 'bridge' || pods <= BRIDGE_PORTS;
}
