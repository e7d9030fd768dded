import type { FailureClass } from '../cni/index.ts';

/** Parts of one call as the agent clocked them, in ns; they and `other` add up to the whole. */
export interface CniParts {
  /** Runtime starts the plugin → the whole request is at the agent. */
  readonly exec: number;
  /** Request at the agent → the work begins. */
  readonly queue: number;
  readonly ipam: number;
  readonly link: number;
  readonly addr: number;
  readonly map: number;
  /** Waiting for the log after all else was done. */
  readonly persist: number;
}

/** One CNI call as the runtime saw it. Instants are CLOCK_MONOTONIC in ns. */
export interface CniCall {
  readonly verb: 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS';
  readonly node: string;
  readonly containerId: string;
  /** `namespace/name`; absent when the plugin was driven without a pod. */
  readonly pod?: string;
  readonly startedNs: number;
  readonly endedNs: number;
  /**
   * When the addresses changed hands, as near to the allocator as it was stamped: the agent's answer, or what
   * processes of plugins tell. Of two calls the one that the allocator served first has the earlier instant.
   */
  readonly decidedNs: number;
  /** One entry a plugin of the chain: its type and ns. */
  readonly plugins: readonly { readonly type: string; readonly ns: number }[];
  readonly ok: boolean;
  readonly class?: FailureClass;
  /** The error's text, as the plugin said it. */
  readonly message?: string;
  /** Addresses that ADD gave, or that DEL took back. */
  readonly ips: readonly string[];
  /** Present when the agent's trace of the call was found. */
  readonly parts?: CniParts;
}

/** What became of a sandbox that was driven without the API. */
export interface SandboxOutcome {
  readonly ok: boolean;
  readonly ips: readonly string[];
  readonly class?: FailureClass;
  readonly message?: string;
}

/** One start of a program that does nothing, in ns. */
export interface HarnessCost {
  /** As a CNI call is clocked: from the start of the program to its answer in the runtime's hands. */
  readonly total: number;
  /** The same by the clock of the C program that starts it: what the kernel takes. */
  readonly kernel: number;
}
