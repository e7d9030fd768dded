import type { Family } from '../ip/index.ts';
import type { KubeClient } from '../kube/index.ts';

/** What every mode is given. */
export interface OperatorContext {
  readonly client: KubeClient;
  /** ms since the epoch; Date.now if not said. */
  readonly now?: () => number;
  /** Told of whatever did not work and is tried again. `key`: the node or other object it was about. */
  readonly onError?: (error: unknown, key: string) => void;
}

/** Fill of one configured CIDR, in pieces that nodes get. Counts beyond 2^53 are rounded. */
export interface PoolFill {
  readonly pool: string;
  readonly family: Family;
  readonly cidr: string;
  readonly maskSize: number;
  readonly size: number;
  readonly used: number;
}

/** A node without its CIDRs. */
export interface WaitingNode {
  readonly node: string;
  /** RFC 3339. */
  readonly since: string;
  /** Word of the Event or of the object's status that says the same. */
  readonly reason: string;
}

/** What the control socket's `status` answers. */
export interface OperatorStatus {
  readonly mode: string;
  readonly pools: readonly PoolFill[];
  /** The one that has waited the longest first. */
  readonly waiting: readonly WaitingNode[];
}

/** One way to give nodes their CIDRs, at work. */
export interface Operator extends AsyncDisposable {
  status(): OperatorStatus;
  /** Prometheus' text format. */
  metrics(): string;
  /** Resolves when nothing is left to decide or to write; what waits for addresses does not count. */
  idle(): Promise<void>;
}
