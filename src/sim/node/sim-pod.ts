import type { FailureClass } from '../../cni/index.ts';
import type { Lease, Owner } from '../../ipam/index.ts';
import type { ReleaseTally } from './pod-book.ts';

/** A phase whose pods a SimPod is one of. */
export interface PodPhaseInfo {
  readonly name: string;
  readonly deadlineNs: number;
}

/**
 * A pod that is being started or lives; nothing is kept of those that are gone. Is its own owner in the allocator's
 * eyes. Instants are ns of virtual time.
 */
export class SimPod implements Owner {
  readonly containerId: string;
  readonly phase: PodPhaseInfo;
  readonly index: number;
  /** When its start was intended. */
  readonly intended: number;
  readonly lifetime: number;
  readonly pool: string | undefined;
  /** The instant of what happens to it next; what stands in a queue for another instant is void. */
  at = 0;
  lease: Lease | undefined;
  /** When it had its address. */
  readyAt = Number.POSITIVE_INFINITY;
  attempts = 0;
  refusal: FailureClass | undefined;
  /** It waits in the agent, until this instant. */
  waitsUntil = 0;
  /** Given back by a phase, not at the end of its life. */
  endedBy: ReleaseTally | undefined;
  gone = false;

  constructor(fields: {
    readonly number: number;
    readonly phase: PodPhaseInfo;
    readonly index: number;
    readonly intended: number;
    readonly lifetime: number;
    readonly pool: string | undefined;
  }) {
    this.containerId = String(fields.number);
    this.phase = fields.phase;
    this.index = fields.index;
    this.intended = fields.intended;
    this.lifetime = fields.lifetime;
    this.pool = fields.pool;
  }

  get ifname(): string {
    return 'eth0';
  }

  /** As the pods of a scenario are named. */
  get name(): string {
    return `${this.phase.name}-${String(this.index + 1).padStart(6, '0')}`;
  }
}
