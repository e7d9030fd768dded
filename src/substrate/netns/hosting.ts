import os from 'node:os';
import type { HostedRecord } from './lab-directory.ts';

/** Splits nodes over at most `processes` processes, as evenly as it goes, neighbours together. */
export function host(role: string, nodes: readonly string[], processes: number): HostedRecord[] {
  const count = Math.min(nodes.length, processes);
  return Array.from({ length: count }, (_, i) => ({
    process: count === nodes.length ? `${role}-${nodes[i]}` : `${role}-${i + 1}`,
    nodes: nodes.slice(Math.floor((i * nodes.length) / count), Math.floor(((i + 1) * nodes.length) / count)),
  }));
}

/**
 * Agents have a process per node up to two a core, then they share: more processes than cores only take each other's
 * time, memory and compiled code. Which it was is in every result.
 */
export function agentProcesses(): number {
  return 2 * os.availableParallelism();
}

/** Pod runtimes only wait for others most of the time: few processes serve any number of nodes. */
export function runtimeProcesses(): number {
  return Math.max(1, os.availableParallelism() / 2);
}
