import type { FailureClass } from '../cni/index.ts';
import type { ChurnPhase, OpenPhase, Planned } from '../scenario/index.ts';

/** An attempt to start something that failed; others may follow. */
export interface Refusal {
  readonly at: number;
  readonly class: FailureClass;
  readonly message: string;
  /** Where a pod's plugin was refused. */
  readonly node?: string;
  /** How many attempts this stands for; 1 unless several were told of as one. */
  readonly attempts?: number;
}

/**
 * What a driver tells of its pods, nodes or Services. Instants are CLOCK_MONOTONIC in ns; but for refusals each is
 * told once per name, in this order.
 */
export interface SubjectObserver {
  /** How much later than its instant it was asked for, in ns; told where the driver has a pace of its own. */
  lag?(lagNs: number): void;
  /** A node exists, or a Service is asked for: from here its latency counts. */
  asked(name: string, at: number): void;
  scheduled(name: string, at: number): void;
  /** The pod has its IP. */
  sandbox(name: string, at: number): void;
  /** It has what it asked for: a node its CIDRs, a Service its addresses and ports. Pods' are known from CNI calls. */
  ready(name: string, at: number, capacity?: readonly string[]): void;
  refused(name: string, refusal: Refusal): void;
  gone(name: string, at: number): void;
}

/** Of a driver whose starts on schedule are somebody else's. */
export interface Pace {
  /** How long before its first instant a phase is told of, in ns. */
  readonly leadNs: number;
  /** How long before its instant each must be in the books, in ns. */
  readonly earlyNs: number;
  /** Resolves when whoever starts them knows of the phase. `begin` is an instant of this machine's clock. */
  begin(phase: OpenPhase, begin: number, signal: AbortSignal): Promise<void>;
}

/** How pods, nodes or Services are started and ended. */
export interface Driver {
  /** Absent: the run itself starts each at its instant. */
  readonly pace?: Pace;
  /** Asks for one; resolves when the request is accepted. What becomes of it is told to the observer. */
  create(planned: Planned, phase: ChurnPhase): Promise<void>;
  /** Asks for its end. */
  remove(name: string): Promise<void>;
}
