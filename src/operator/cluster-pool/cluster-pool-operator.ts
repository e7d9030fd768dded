import { ClusterPool, type ClusterPoolSpec } from '../../ipam/index.ts';
import {
  Informer,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  WorkQueue,
} from '../../kube/index.ts';
import { EventRecorder } from '../event-recorder.ts';
import { OperatorMetrics } from '../metrics/operator-metrics.ts';
import { NodeNetworkWriter } from '../node-network/node-network-writer.ts';
import { deleteOrphan, orphans } from '../node-network/orphans.ts';
import type { Operator, OperatorContext, OperatorStatus, PoolFill } from '../operator.ts';
import { type Decision, listed, NodeCidrs, withCidrs } from './node-cidrs.ts';

/** Writes under way at a time; the API, not the operator, is to be the limit. */
const CONCURRENCY = 64;
/** Longest wait before a refused write is tried again, in ms. */
const RETRY_MAX = 15_000;
/** This mode has one pool a family, and no names for them. */
const DEFAULT_POOL = 'default';

/**
 * Gives every NodeNetwork its CIDRs. Reads all objects before it hands out the first CIDR; decides in the order
 * in which objects come; takes a CIDR back only when the object, or the object's Node, is deleted.
 */
export class ClusterPoolOperator implements Operator {
  readonly #client: KubeClient;
  readonly #now: () => number;
  readonly #pool: ClusterPool;
  readonly #cidrs: NodeCidrs;
  readonly #nodes: Informer<Node>;
  readonly #networks: Informer<NodeNetwork>;
  readonly #writer: NodeNetworkWriter;
  readonly #writes: WorkQueue;
  readonly #reaps: WorkQueue;
  readonly #events: EventRecorder;
  readonly #metrics = new OperatorMetrics();
  /** When each node that has no CIDR was first seen, in ms. */
  readonly #firstSeen = new Map<string, number>();
  /** What was last said about each node that has a problem. */
  readonly #reported = new Map<string, string>();
  /** Version of the object a write was based on: while the cache still has it, the cache is behind. */
  readonly #replaced = new Map<string, string | undefined>();

  private constructor(
    pool: ClusterPoolSpec,
    { client, now = Date.now, onError = () => {} }: OperatorContext,
  ) {
    this.#client = client;
    this.#now = now;
    this.#pool = new ClusterPool(pool);
    this.#nodes = new Informer<Node>(client, NODES);
    this.#networks = new Informer<NodeNetwork>(client, NODE_NETWORKS);
    this.#writer = new NodeNetworkWriter({ client, now: this.#now });
    this.#events = new EventRecorder(client, this.#now, onError);
    const queue = {
      concurrency: CONCURRENCY,
      retryMax: RETRY_MAX,
      onError: (error: unknown, node: string) => {
        this.#metrics.writeFailed();
        onError(error, node);
      },
    };
    this.#writes = new WorkQueue((node) => this.#write(node), queue);
    this.#reaps = new WorkQueue((node) => this.#reap(node), queue);
    this.#cidrs = new NodeCidrs(this.#pool, (node) => this.#writes.add(node));
  }

  /**
   * Resolves when all present objects are known and decided upon; their writes may be under way.
   * An API that does not answer yet is waited for.
   */
  static async start(pool: ClusterPoolSpec, context: OperatorContext): Promise<ClusterPoolOperator> {
    const operator = new ClusterPoolOperator(pool, context);
    await Promise.all([operator.#nodes.start(), operator.#networks.start()]);
    operator.#follow();
    return operator;
  }

  status(): OperatorStatus {
    const waiting = this.#pool.waiting.map((node) => ({
      node,
      since: new Date(this.#firstSeen.get(node) ?? this.#now()).toISOString(),
      reason: this.#cidrs.decisionOf(node).reason,
    }));
    return { mode: 'cluster-pool', pools: this.#fill(), waiting };
  }

  /** Prometheus' text format. */
  metrics(): string {
    return this.#metrics.text(this.#fill(), this.#pool.waiting.length);
  }

  /** Resolves when everything that was decided is written. */
  async idle(): Promise<void> {
    await Promise.all([this.#writes.idle(), this.#reaps.idle(), this.#events.idle()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const parts = [this.#nodes, this.#networks, this.#writes, this.#reaps, this.#events];
    await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
  }

  #fill(): PoolFill[] {
    return this.#pool.stats().map(({ cidr, size, ...set }) => ({
      ...{ ...set, pool: DEFAULT_POOL },
      ...{ cidr: cidr.toString(), size: Number(size) },
    }));
  }

  /** From here to the end there is no turn of the event loop in which an object could change. */
  #follow(): void {
    this.#cidrs.start(this.#networks.list());
    const see = (object: NodeNetwork): void => this.#see(object);
    this.#networks
      .onAdd(see)
      .onUpdate(see)
      .onDelete(({ metadata }) => this.#forget(metadata.name!));
    this.#nodes.onDelete(({ metadata }) => this.#reaps.add(metadata.name!));
    for (const name of orphans(this.#networks, this.#nodes)) this.#reaps.add(name);
  }

  #see(object: NodeNetwork): void {
    const name = object.metadata.name!;
    if (listed(object).length === 0 && !this.#firstSeen.has(name)) this.#firstSeen.set(name, this.#now());
    this.#cidrs.see(object);
  }

  #forget(node: string): void {
    for (const known of [this.#firstSeen, this.#reported, this.#replaced]) known.delete(node);
    this.#cidrs.forget(node);
  }

  async #write(node: string): Promise<void> {
    const object = this.#networks.get(node);
    if (object === undefined) return;
    const { resourceVersion, uid } = object.metadata;
    if (this.#replaced.has(node) && this.#replaced.get(node) === resourceVersion) return;
    const decision = this.#cidrs.decisionOf(node);
    this.#report(node, decision);
    const amend = (spec: NodeNetwork['spec']) => withCidrs(spec, decision.cidrs);
    const written = await this.#writer.write(object, { ...decision, amend });
    if (written === undefined || this.#networks.get(node)?.metadata.uid !== uid) return;
    if (written !== object) this.#replaced.set(node, resourceVersion);
    const since = this.#firstSeen.get(node);
    if (since === undefined || listed(written).length === 0) return;
    this.#firstSeen.delete(node);
    this.#metrics.served((this.#now() - since) / 1000);
  }

  /** Tells of a problem once: when it begins or changes. */
  #report(node: string, { reason, error }: Decision): void {
    if (this.#reported.get(node) === (error || undefined)) return;
    if (error === '') {
      this.#reported.delete(node);
      return;
    }
    this.#reported.set(node, error);
    const uid = this.#nodes.get(node)?.metadata.uid;
    if (reason === 'NodeCIDRFull') {
      this.#metrics.refused();
      const message = `Node ${node} status is now: CIDRNotAvailable`;
      this.#events.warn({ node, uid, reason: 'CIDRNotAvailable', message });
    } else {
      this.#metrics.conflicted();
      this.#events.warn({ node, uid, reason: 'CIDRConflict', message: error });
    }
  }

  async #reap(node: string): Promise<void> {
    const object = this.#networks.get(node);
    if (object !== undefined) await deleteOrphan(this.#client, object);
  }
}
