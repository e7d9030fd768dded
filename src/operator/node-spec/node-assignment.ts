import type { Cidr } from '../../ip/index.ts';
import type { NodeCidrFill } from '../../ipam/index.ts';
import type { Node } from '../../kube/index.ts';
import type { MetricFamily } from '../../stats/prometheus/index.ts';
import type { Clock } from '../queue/clock.ts';

/** Workers of every node IPAM controller of Kubernetes: cidrUpdateWorkers in pkg/controller/nodeipam/ipam. */
export const WORKERS = 30;

/** Why a node has no CIDRs, in the words of Kubernetes' Events; `RateLimited` is the provider's 429. */
export type RefusalReason = 'CIDRNotAvailable' | 'CIDRAssignmentFailed' | 'RateLimited';

/** When nodes get their CIDRs, and when one that was refused is tried again: what the modes differ in. */
export interface NodeAssignment extends AsyncDisposable {
  /** Whatever takes time before nodes can be looked at. */
  prepare(): Promise<void>;
  /** Takes over what nodes have, before see() is called for any. */
  start(nodes: readonly Node[]): void;
  /** A node is new or has changed. */
  see(node: Node): void;
  /** A node is gone. */
  forget(node: Node): void;
  fill(): readonly NodeCidrFill[];
  /** Resolves when nothing is left to decide or to write; what waits for its time does not count. */
  idle(): Promise<void>;
  /** What is counted of its queue; names begin with `prefix`. */
  metrics(prefix: string): MetricFamily[];
}

/** What an assignment asks of the operator that runs it. */
export interface AssignmentHost {
  readonly clock: Clock;
  /** The node as it was last seen. */
  node(name: string): Node | undefined;
  /** Writes CIDRs into the node's object, where there are none. @throws KubeError of the last of three tries */
  write(node: Node, cidrs: readonly Cidr[]): Promise<void>;
  /** The node waits. All reasons but `RateLimited` become an Event. */
  refused(node: Node, reason: RefusalReason): void;
  /** Something did not work and may be tried again. */
  failed(error: unknown, node: string): void;
}
