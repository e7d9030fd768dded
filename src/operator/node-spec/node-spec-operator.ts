import type { Cidr } from '../../ip/index.ts';
import { type NodeCidrFill, pieceMask } from '../../ipam/index.ts';
import { Informer, isReason, type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { EventRecorder } from '../event-recorder.ts';
import { OperatorMetrics } from '../metrics/operator-metrics.ts';
import type { Operator, OperatorContext, OperatorStatus, PoolFill } from '../operator.ts';
import { type Clock, systemClock } from '../queue/clock.ts';
import type { AssignmentHost, NodeAssignment, RefusalReason } from './node-assignment.ts';
import { patchPodCidrs, podCidrsOf } from './pod-cidrs.ts';

/** Tries of one write: cidrUpdateRetries in pkg/controller/nodeipam/ipam. */
const WRITE_TRIES = 3;
const METRIC_PREFIX = 'churnlab_operator_';

interface Waiting {
  readonly since: number;
  reason: RefusalReason;
}

/**
 * Gives every Node its CIDRs, as Kubernetes' own controllers do. What is the same in all their modes is here: what is
 * seen of nodes, the writes, Events, metrics. An assignment decides who gets what, and when who is tried again.
 */
export class NodeSpecOperator implements Operator, AssignmentHost {
  readonly clock: Clock = systemClock;
  readonly #mode: string;
  readonly #client: KubeClient;
  readonly #now: () => number;
  readonly #onError: (error: unknown, key: string) => void;
  readonly #nodes: Informer<Node>;
  readonly #events: EventRecorder;
  readonly #metrics = new OperatorMetrics();
  readonly #assignment: NodeAssignment;
  /** When each node that has no CIDR was first seen, in ms. */
  readonly #firstSeen = new Map<string, number>();
  readonly #waiting = new Map<string, Waiting>();
  /** Uids of nodes whose CIDRs are written, while the cache is behind. */
  readonly #written = new Map<string, string | undefined>();

  private constructor(
    mode: string,
    assign: (host: AssignmentHost) => NodeAssignment,
    context: OperatorContext,
  ) {
    const { client, now = Date.now, onError = () => {} } = context;
    this.#mode = mode;
    this.#client = client;
    this.#now = now;
    this.#onError = onError;
    this.#nodes = new Informer<Node>(client, NODES);
    this.#events = new EventRecorder(client, now, onError);
    this.#assignment = assign(this);
  }

  /** Resolves when all present nodes are known, and what they have is taken over. */
  static async start(
    mode: string,
    assign: (host: AssignmentHost) => NodeAssignment,
    context: OperatorContext,
  ): Promise<NodeSpecOperator> {
    const operator = new NodeSpecOperator(mode, assign, context);
    await Promise.all([operator.#nodes.start(), operator.#assignment.prepare()]);
    operator.#follow();
    return operator;
  }

  status(): OperatorStatus {
    const waiting = Array.from(this.#waiting, ([node, { since, reason }]) => ({
      node,
      since: new Date(since).toISOString(),
      reason,
    }));
    return { mode: this.#mode, pools: this.#assignment.fill().map(poolFill), waiting };
  }

  metrics(): string {
    const { pools, waiting } = this.status();
    return this.#metrics.text(pools, waiting.length, this.#assignment.metrics(METRIC_PREFIX));
  }

  async idle(): Promise<void> {
    await this.#assignment.idle();
    await this.#events.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const parts = [this.#nodes, this.#assignment, this.#events];
    await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
  }

  node(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  async write(node: Node, cidrs: readonly Cidr[]): Promise<void> {
    const { uid } = node.metadata;
    const name = node.metadata.name!;
    if (this.#written.has(name) && this.#written.get(name) === uid) return;
    for (let attempt = 1; ; attempt++) {
      try {
        await patchPodCidrs(this.#client, node, cidrs);
        break;
      } catch (error) {
        this.#metrics.writeFailed();
        if (attempt === WRITE_TRIES || isReason(error, 'NotFound')) throw error;
      }
    }
    const cached = this.#nodes.get(name);
    if (cached?.metadata.uid !== uid) return;
    if (podCidrsOf(cached!).length === 0) this.#written.set(name, uid);
    const since = this.#firstSeen.get(name);
    if (since !== undefined) this.#metrics.served((this.#now() - since) / 1000);
    this.#served(name);
  }

  refused(node: Node, reason: RefusalReason): void {
    const { name, uid } = node.metadata;
    // Gone while it was asked for.
    if (this.#nodes.get(name!)?.metadata.uid !== uid) return;
    const known = this.#waiting.get(name!);
    if (known) known.reason = reason;
    else this.#waiting.set(name!, { since: this.#now(), reason });
    if (reason === 'RateLimited') return;
    if (reason === 'CIDRNotAvailable') this.#metrics.refused();
    // The words of Kubernetes (pkg/controller/util/node, RecordNodeStatusChange).
    this.#events.note({ node: name!, uid, reason, message: `Node ${name} status is now: ${reason}` });
  }

  failed(error: unknown, node: string): void {
    this.#onError(error, node);
  }

  /** From here to the end there is no turn of the event loop in which a node could change. */
  #follow(): void {
    this.#assignment.start([...this.#nodes.list()]);
    const see = (node: Node): void => this.#see(node);
    this.#nodes
      .onAdd(see)
      .onUpdate(see)
      .onDelete((node) => this.#forget(node));
  }

  #see(node: Node): void {
    const name = node.metadata.name!;
    if (podCidrsOf(node).length > 0) {
      this.#written.delete(name);
      this.#served(name);
    } else if (!this.#firstSeen.has(name) && !this.#written.has(name)) {
      this.#firstSeen.set(name, this.#now());
    }
    this.#assignment.see(node);
  }

  #forget(node: Node): void {
    this.#written.delete(node.metadata.name!);
    this.#served(node.metadata.name!);
    this.#assignment.forget(node);
  }

  /** The node waits no longer. */
  #served(name: string): void {
    this.#firstSeen.delete(name);
    this.#waiting.delete(name);
  }
}

function poolFill(fill: NodeCidrFill): PoolFill {
  const { pool, cidr, capacity, used } = fill;
  const { family } = cidr;
  return { pool, family, cidr: cidr.toString(), maskSize: pieceMask(fill), size: Number(capacity), used };
}
