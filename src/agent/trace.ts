import type { ServiceWritten } from './services/index.ts';

/** Parts of the agent's work on one call, in ns; a part that a call does not have is 0. */
export interface Stages {
  readonly ipam: number;
  readonly link: number;
  readonly addr: number;
  readonly map: number;
  readonly persist: number;
}

/** The agent's account of one call. Instants are CLOCK_MONOTONIC in ns. */
export interface AgentTrace {
  readonly verb: string;
  readonly node: string;
  readonly containerId: string;
  /** The whole request had arrived. */
  readonly acceptedNs: number;
  /** The work began, after the request had arrived and earlier ones of the same container were done. */
  readonly startedNs: number;
  /** The answer was handed over. */
  readonly endedNs: number;
  /** The plugin began, by its own clock; absent when it did not say. */
  readonly pluginNs?: number;
  /** `namespace/name`; absent when the runtime named none. */
  readonly pod?: string;
  /** Addresses that an ADD gave, or that a DEL took back. */
  readonly ips: readonly string[];
  readonly stages: Stages;
}

/** What the work on a call was for, and how long its parts took. */
export type Work = Pick<AgentTrace, 'pod' | 'ips' | 'stages'>;

/** A link of a released pod was seen to be gone, at a CLOCK_MONOTONIC instant in ns. */
export interface LinkGone {
  readonly node: string;
  readonly containerId: string;
  readonly goneNs: number;
}

/** A node lacked addresses of a pool, and got a CIDR of it that pods can have addresses of. */
export interface Refill {
  readonly node: string;
  readonly pool: string;
  /** When it began to lack them, CLOCK_MONOTONIC in ns. */
  readonly at: number;
  /** How long that took. */
  readonly ns: number;
}

/** A call that was refused, with what the runtime was told. Instants are CLOCK_MONOTONIC in ns. */
export interface RefusedCall {
  /** Empty when the request could not be read. */
  readonly verb: string;
  readonly node: string;
  /** Empty for a call that is about none. */
  readonly containerId: string;
  /** `namespace/name`; absent when the runtime named none. */
  readonly pod?: string;
  readonly acceptedNs: number;
  readonly endedNs: number;
  /** Of the CNI specification, or ours: docs/cni.md. */
  readonly code: number;
  readonly message: string;
  readonly details: string;
}

/** An attachment that was released without a DEL, since its link was gone. */
export interface Collected {
  readonly node: string;
  readonly containerId: string;
  readonly ifname: string;
  /** `namespace/name`; absent when the runtime named none. */
  readonly pod?: string;
  readonly ips: readonly string[];
  /** CLOCK_MONOTONIC in ns. */
  readonly collectedNs: number;
}

/** What an agent tells of as it happens: one of these. */
export interface AgentEvent {
  readonly trace?: AgentTrace;
  readonly refused?: RefusedCall;
  readonly linkGone?: LinkGone;
  readonly refill?: Refill;
  readonly collected?: Collected;
  readonly serviceWritten?: ServiceWritten;
}

/** Clocks the parts of one call as they end. */
export class StageClock {
  readonly #parts = { ipam: 0, link: 0, addr: 0, map: 0, persist: 0 };
  #last = process.hrtime.bigint();

  /** The time since the last mark, or since the clock was made, went into this part. */
  mark(part: keyof Stages): void {
    const now = process.hrtime.bigint();
    this.#parts[part] += Number(now - this.#last);
    this.#last = now;
  }

  get stages(): Stages {
    return this.#parts;
  }
}
