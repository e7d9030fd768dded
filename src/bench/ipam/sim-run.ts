import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BenchContext } from '../context.ts';

export interface SimPlan {
  readonly nodes: number;
  readonly pods: number;
}

/** A simulation of one allocator, in a process of its own. */
export interface SimResult extends SimPlan {
  /** From the start of the process to its end, ns. */
  readonly tookNs: number;
  /** Most resident memory, bytes. */
  readonly peakBytes: number;
  /** Allocations in a second of the allocators' own time, one in 256 clocked. */
  readonly allocationsPerSecond: number;
  readonly violations: number;
}

const PROGRAM = path.join(import.meta.dirname, 'sim/main.ts');

/** Runs churnlab's simulation of so many nodes and pods. */
export async function measureSim(plan: SimPlan, { progress, signal }: BenchContext): Promise<SimResult> {
  progress(`simulation of ${plan.pods} pods on ${plan.nodes} nodes`);
  const results = await mkdtemp(path.join(os.tmpdir(), 'churnlab-bench-'));
  try {
    const begun = process.hrtime.bigint();
    const args = [PROGRAM, String(plan.nodes), String(plan.pods), results];
    const { stdout } = await promisify(execFile)(process.execPath, args, { signal, maxBuffer: 1 << 20 });
    const tookNs = Number(process.hrtime.bigint() - begun);
    return { ...plan, tookNs, ...(JSON.parse(stdout) as Omit<SimResult, keyof SimPlan | 'tookNs'>) };
  } finally {
    await rm(results, { recursive: true });
  }
}
