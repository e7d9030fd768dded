import os from 'node:os';
import type { HostedRecord } from './lab-directory.ts';

/** Up to this many nodes each has an agent process of its own; beyond it agents share this many processes. */
export const MAX_AGENT_PROCESSES = 8;

/** Splits nodes over at most `processes` processes, as evenly as it goes, neighbours together. */
export function host(role: string, nodes: readonly string[], processes: number): HostedRecord[] {
  const count = Math.min(nodes.length, processes);
  return Array.from({ length: count }, (_, i) => ({
    process: count === nodes.length ? `${role}-${nodes[i]}` : `${role}-${i + 1}`,
    nodes: nodes.slice(Math.floor((i * nodes.length) / count), Math.floor(((i + 1) * nodes.length) / count)),
  }));
}

/** Pod runtimes only wait for others most of the time: one process a core serves any number of nodes. */
export function runtimeProcesses(): number {
  return Math.max(2, os.availableParallelism());
}
