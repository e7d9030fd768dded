import type { Cidr } from '../../ip/index.ts';
import type { AddressLedger } from '../address-ledger.ts';
import type { PodBook } from './pod-book.ts';
import type { SimPod } from './sim-pod.ts';

/** What all nodes of a simulation share. */
export interface NodeContext {
  readonly families: readonly Cidr['family'][];
  readonly cooldownNs: number;
  /** How long an ADD waits in the agent. */
  readonly waitNs: number;
  /** Whether somebody tries again when the agent has refused: a runtime does, at level `cni` nobody. */
  readonly retries: boolean;
  /** Mode `multi-pool`: free addresses kept in hand; undefined in other modes. */
  readonly preAllocate: number | undefined;
  /** The pool of pods that name none. */
  readonly defaultPool: string;
  readonly ledger: AddressLedger;
  readonly book: PodBook;
  /** Numbers in [0, 1) for the jitter of retries. */
  readonly random: () => number;
}

/** Where the pods of a node come from, in the order of time. */
export interface Arrivals {
  /** The instant of the next one; Infinity when no more will come. */
  readonly next: number;
  take(): SimPod;
}
