/** What a run and its shards say to each other (src/ipc): a shard is a pod that starts and ends pods of the run. */
import type { OpenPhase } from '../../scenario/index.ts';
import type { RunPods } from '../run-pod.ts';

/** On the loopback of a shard's pod, which nobody reaches but through the API server. */
export const SHARD_PORT = 9972;

/** `begin`: start your part of a phase's schedule. Answered at once; each start is an item of its stream. */
export interface BeginPhase extends RunPods {
  readonly phase: OpenPhase;
  readonly seed: number;
  /** When the phase begins, by the shard's own CLOCK_MONOTONIC, in ns. */
  readonly begin: number;
}

/** A pod that was asked for, or refused by the API. */
export interface ShardStart {
  readonly name: string;
  /** How much later than its instant it was asked for, in ns. */
  readonly lagNs: number;
  readonly error?: string;
}

/** `remove`: ask for the end of a pod. */
export interface RemovePod {
  readonly namespace: string;
  readonly name: string;
}
