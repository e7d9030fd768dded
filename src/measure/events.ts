import type { FailureClass } from '../cni/index.ts';

/** What is going on right now: once a second. */
export interface Progress {
  /** Pods (or calls) started so far, of `planned`. */
  readonly started: number;
  readonly planned: number;
  readonly alive: number;
  /** Arrivals in the last second. */
  readonly ratePerSecond: number;
  /** Started later than intended by more than the limit of the run. */
  readonly late: number;
  readonly dropped: number;
  readonly failed: Readonly<Partial<Record<FailureClass, number>>>;
  /** Time left at the rate of the last ten seconds, ns; 0 when it is not known. */
  readonly remainingNs: number;
  readonly quantiles: Readonly<Partial<Record<string, ProgressQuantiles>>>;
}

/** Of a metric so far, in its unit. */
export interface ProgressQuantiles {
  readonly p50: number;
  readonly p99: number;
  /** Of the samples since the progress before this one; absent without any. */
  readonly last?: { readonly count: number; readonly p50: number; readonly p99: number };
}

/** How full the pools are: once a second, and at the end of each phase. */
export interface IpamSample {
  readonly pools: readonly {
    readonly pool: string;
    readonly family: 'ipv4' | 'ipv6';
    /** Addresses of pods that the pool has room for. */
    readonly capacity: number;
    /** Addresses that lie in nodes' CIDRs. */
    readonly reserved: number;
    readonly used: number;
    readonly cooling: number;
    readonly nodeCidrs: { readonly total: number; readonly used: number };
  }[];
  readonly waitingNodes: number;
  readonly waitingPods: number;
}

/**
 * Everything that is stored in events.jsonl and shown live; `at` is CLOCK_MONOTONIC in ns. `owner` names a
 * pod's sandbox and interface; `asked` is when the release was asked for, `at` when it was answered.
 */
export type RunEvent = { readonly at: number } & (
  | {
      readonly kind: 'run.started';
      readonly utc: string;
      readonly scenario: string;
      readonly planned: number;
    }
  | {
      readonly kind: 'phase.started';
      readonly phase: string;
      readonly planned: number;
      readonly deadlineNs: number;
    }
  | { readonly kind: 'phase.ended'; readonly phase: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | AddressGranted
  | AddressReleased
  | { readonly kind: 'ipam'; readonly view: IpamSample }
  | { readonly kind: 'change'; readonly text: string }
  | { readonly kind: 'release'; readonly subject: 'pod' | 'node' | 'service'; readonly count: number }
  | { readonly kind: 'fault'; readonly text: string; readonly node?: string }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'run.ended' }
);

export interface AddressGranted {
  readonly kind: 'address.granted';
  /** When ADD was answered. */
  readonly at: number;
  readonly address: string;
  readonly owner: string;
  readonly node: string;
  /** The pool that the owner asked for; absent when it asked for none. */
  readonly pool?: string;
}

export interface AddressReleased {
  readonly kind: 'address.released';
  /** When DEL was answered. */
  readonly at: number;
  /** When DEL was asked for. */
  readonly asked: number;
  readonly address: string;
  readonly owner: string;
  readonly node: string;
}
