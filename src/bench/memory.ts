import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, NAMESPACES, PODS, type Pod } from '../kube/index.ts';
import { type Lab, NetnsLab } from '../substrate/index.ts';
import { BenchError } from './bench-error.ts';
import type { BenchContext } from './context.ts';
import { meminfo } from './meminfo.ts';

const NODES = 4;
const NAMESPACE = 'bench';
/** Pods that are asked for side by side. */
const AT_ONCE = 16;
const LOOK_MS = 1000;
const PATIENCE_MS = 300_000;
/** What is only cached or still to be collected goes by itself. */
const SETTLE_MS = 3000;

/** Bytes that were used before and with the pods. */
export interface Growth {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

export interface MemoryResult {
  readonly pods: number;
  readonly nodes: number;
  /** All that the machine has in use: MemTotal less MemAvailable. */
  readonly machine: Growth;
  /** Parts of it that are the kernel's. */
  readonly kernel: readonly Growth[];
  /** Resident memory by kind of process, the bench among them; shared pages count in each. */
  readonly processes: readonly Growth[];
}

/** Keeps `pods` pods alive at once, made through the API, and weighs the machine before and after. */
export async function measureMemory(
  pods: number,
  { labs, progress, signal }: BenchContext,
): Promise<MemoryResult> {
  progress(`bringing up a lab of ${NODES} nodes`);
  const name = await labs.up('memory', { nodes: NODES, network: 'churnlab' });
  await using lab = await NetnsLab.open(name);
  await sleep(SETTLE_MS);
  const before = await weigh(lab);
  progress(`bringing ${pods} pods up`);
  await createPods(lab.client, pods, signal);
  await allRunning(lab, pods, signal);
  await sleep(SETTLE_MS);
  const after = await weigh(lab);
  progress('taking the lab down');
  await labs.down(name);
  const grown = (of: (weight: Weight) => Readonly<Record<string, number>>): Growth[] =>
    Object.entries(of(before)).map(([part, bytes]) => ({
      name: part,
      before: bytes,
      after: of(after)[part] ?? 0,
    }));
  return {
    pods,
    nodes: NODES,
    machine: { name: 'machine', before: before.used, after: after.used },
    kernel: grown((weight) => weight.kernel),
    processes: grown((weight) => weight.processes),
  };
}

interface Weight {
  readonly used: number;
  readonly kernel: Readonly<Record<string, number>>;
  readonly processes: Readonly<Record<string, number>>;
}

async function weigh(lab: Lab): Promise<Weight> {
  const { MemTotal, MemAvailable, Slab, Percpu, PageTables, KernelStack } = meminfo(
    fs.readFileSync('/proc/meminfo', 'utf8'),
  );
  const processes: Record<string, number> = {};
  for (const { name, rssBytes } of await lab.processes()) {
    const kind = name.startsWith('nsd-') ? 'nsd' : name.replace(/-n?\d+$/, '');
    processes[kind] = (processes[kind] ?? 0) + rssBytes;
  }
  return {
    used: MemTotal! - MemAvailable!,
    kernel: { Slab: Slab!, Percpu: Percpu!, PageTables: PageTables!, KernelStack: KernelStack! },
    processes: { ...processes, bench: process.memoryUsage.rss() },
  };
}

async function createPods(client: KubeClient, pods: number, signal: AbortSignal): Promise<void> {
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  let made = 0;
  const work = async (): Promise<void> => {
    while (made < pods) {
      signal.throwIfAborted();
      await client.create<Pod>(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${++made}`, namespace: NAMESPACE },
        spec: { containers: [{ name: 'pause', image: 'pause' }] },
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function allRunning(lab: Lab, pods: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { running } = (await lab.status()).pods;
    if (running === pods) return;
    if (Date.now() > deadline) {
      throw new BenchError(
        'not-alive',
        `Expected ${pods} running pods within ${PATIENCE_MS / 1000} s, got ${running}`,
      );
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}
