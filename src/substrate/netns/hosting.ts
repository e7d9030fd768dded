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
 * Agents have a process per node as long as each finds a core; beyond that they share as many as half the cores. More
 * would only take each other's time: on two cores, four agents in one process use half of what they use in four, since
 * their code is compiled once and there are fewer switches. Which it was is in every result.
 */
export function agentProcesses(nodes: number, cores = os.availableParallelism()): number {
  return nodes <= cores ? nodes : Math.max(1, Math.floor(cores / 2));
}

/** Pod runtimes only wait for others most of the time: few processes serve any number of nodes. */
export function runtimeProcesses(cores = os.availableParallelism()): number {
  return Math.max(1, Math.floor(cores / 2));
}
