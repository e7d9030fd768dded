import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from './bench-error.ts';
import type { BenchContext } from './context.ts';

const COMMAND = path.resolve(import.meta.dirname, '../../lab/churnlab.mjs');

/** How often a lab of a size is brought up. */
export interface UpPlan {
  readonly nodes: number;
  readonly times: number;
}

export interface UpResult {
  readonly nodes: number;
  /** Wall time of each `lab up`, in ns. */
  readonly tookNs: readonly number[];
}

/**
 * Clocks `churnlab lab up --no-smoke` as a user waits for it: from the command's start to its end, when every node is
 * Ready. Everything compiled is there already.
 */
export async function measureUp(
  plans: readonly UpPlan[],
  { labs, progress, signal }: BenchContext,
): Promise<UpResult[]> {
  const results: UpResult[] = [];
  for (const { nodes, times } of plans) {
    const tookNs: number[] = [];
    for (let i = 0; i < times; i++) {
      signal.throwIfAborted();
      progress(`lab up with ${nodes} nodes (${i + 1} of ${times})`);
      const name = labs.name('up');
      const begun = process.hrtime.bigint();
      await labUp(name, nodes);
      tookNs.push(Number(process.hrtime.bigint() - begun));
      await labs.down(name);
    }
    results.push({ nodes, tookNs });
  }
  return results;
}

async function labUp(name: string, nodes: number): Promise<void> {
  const args = [COMMAND, 'lab', 'up', '--name', name, '--nodes', String(nodes), '--no-smoke', '--no-install'];
  try {
    await promisify(execFile)(process.execPath, args);
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new BenchError('command-failed', `lab up with ${nodes} nodes failed:\n${stderr.trim()}`, { cause });
  }
}
