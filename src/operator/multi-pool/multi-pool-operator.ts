import {
  Informer,
  IP_POOLS,
  type IpPool,
  isReason,
  type KubeClient,
  Newest,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  WorkQueue,
} from '../../kube/index.ts';
import { EventRecorder } from '../event-recorder.ts';
import { OperatorMetrics } from '../metrics/operator-metrics.ts';
import { type NodeNetworkChange, NodeNetworkWriter } from '../node-network/node-network-writer.ts';
import { deleteOrphan, orphans } from '../node-network/orphans.ts';
import type { Operator, OperatorContext, OperatorStatus, PoolFill } from '../operator.ts';
import { NodePools } from './node-pools.ts';

/** Writes under way at a time; the API, not the operator, is to be the limit. */
const CONCURRENCY = 64;
/** Longest wait before a refused write is tried again, in ms. */
const RETRY_MAX = 15_000;

/**
 * Gives every NodeNetwork the CIDRs that it asks for, out of the IPPools. Reads all objects before it hands out the
 * first CIDR; takes one back when the node's object does not list it any more, or is deleted.
 */
export class MultiPoolOperator implements Operator {
  readonly #client: KubeClient;
  readonly #now: () => number;
  readonly #decisions: NodePools;
  readonly #nodes: Informer<Node>;
  readonly #networks: Informer<NodeNetwork>;
  readonly #ipPools: Informer<IpPool>;
  readonly #newest = new Newest<NodeNetwork>();
  readonly #writer: NodeNetworkWriter;
  readonly #writes: WorkQueue;
  readonly #poolWrites: WorkQueue;
  readonly #reaps: WorkQueue;
  readonly #events: EventRecorder;
  readonly #metrics = new OperatorMetrics();
  /** What was last said about each node that has a problem, and since when it has one, in ms. */
  readonly #starving = new Map<string, { readonly error: string; readonly since: number }>();

  private constructor({ client, now = Date.now, onError = () => {} }: OperatorContext) {
    this.#client = client;
    this.#now = now;
    this.#nodes = new Informer<Node>(client, NODES);
    this.#networks = new Informer<NodeNetwork>(client, NODE_NETWORKS);
    this.#ipPools = new Informer<IpPool>(client, IP_POOLS);
    this.#writer = new NodeNetworkWriter({ client, now });
    this.#events = new EventRecorder(client, now, onError);
    const queue = {
      concurrency: CONCURRENCY,
      retryMax: RETRY_MAX,
      onError: (error: unknown, key: string) => {
        this.#metrics.writeFailed();
        onError(error, key);
      },
    };
    this.#writes = new WorkQueue((node) => this.#write(node), queue);
    this.#poolWrites = new WorkQueue((pool) => this.#writePool(pool), queue);
    this.#reaps = new WorkQueue((node) => this.#reap(node), queue);
    this.#decisions = new NodePools({
      onNode: (node) => this.#writes.add(node),
      onPool: (pool) => this.#poolWrites.add(pool),
    });
  }

  /** Resolves when all present objects are known and decided upon; their writes may be under way. */
  static async start(context: OperatorContext): Promise<MultiPoolOperator> {
    const operator = new MultiPoolOperator(context);
    await Promise.all([operator.#nodes.start(), operator.#networks.start(), operator.#ipPools.start()]);
    operator.#follow();
    return operator;
  }

  status(): OperatorStatus {
    const nodes = new Set(this.#decisions.pools.waiting.map(({ node }) => node));
    const waiting = Array.from(nodes, (node) => ({
      node,
      since: new Date(this.#starving.get(node)?.since ?? this.#now()).toISOString(),
      reason: this.#decisions.changeOf(node).reason,
    }));
    return { mode: 'multi-pool', pools: this.#fill(), waiting };
  }

  metrics(): string {
    const { length } = this.status().waiting;
    return this.#metrics.text(this.#fill(), length);
  }

  async idle(): Promise<void> {
    const queues = [this.#writes, this.#poolWrites, this.#reaps, this.#events];
    await Promise.all(queues.map((queue) => queue.idle()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const informers = [this.#nodes, this.#networks, this.#ipPools];
    const queues = [this.#writes, this.#poolWrites, this.#reaps, this.#events];
    await Promise.all([...informers, ...queues].map((part) => part[Symbol.asyncDispose]()));
  }

  #fill(): PoolFill[] {
    return this.#decisions.pools.fill().map(({ cidr, size, ...rest }) => ({
      ...{ ...rest, cidr: cidr.toString() },
      size: Number(size),
    }));
  }

  /** From here to the end there is no turn of the event loop in which an object could change. */
  #follow(): void {
    for (const object of this.#networks.list()) this.#newest.offer(object);
    this.#decisions.start(this.#ipPools.list(), this.#networks.list());
    const seePool = (object: IpPool): void => this.#decisions.seePool(object);
    this.#ipPools.onUpdate((object, old) => {
      if (object.metadata.generation !== old.metadata.generation) seePool(object);
    });
    this.#ipPools.onAdd(seePool).onDelete(({ metadata }) => this.#decisions.forgetPool(metadata.name!));
    const see = (object: NodeNetwork): void => this.#see(object);
    this.#networks
      .onAdd(see)
      .onUpdate(see)
      .onDelete(({ metadata }) => this.#forget(metadata.name!));
    this.#nodes.onDelete(({ metadata }) => this.#reaps.add(metadata.name!));
    for (const name of orphans(this.#networks, this.#nodes)) this.#reaps.add(name);
  }

  #see(object: NodeNetwork): void {
    const known = this.#newest.get(object.metadata.name!);
    if (!this.#newest.offer(object)) return;
    if (known && isSameSpec(known, object)) return;
    this.#decisions.see(object);
  }

  #forget(node: string): void {
    this.#newest.delete(node);
    this.#starving.delete(node);
    this.#decisions.forget(node);
  }

  async #write(node: string): Promise<void> {
    const object = this.#newest.get(node);
    if (object === undefined) return;
    const change = this.#decisions.changeOf(node);
    this.#report(node, change);
    const written = await this.#writer.write(object, change);
    if (written !== undefined && this.#newest.get(node)?.metadata.uid === written.metadata.uid) {
      this.#see(written);
    }
  }

  /** Tells of a problem once: when it begins or changes. */
  #report(node: string, { reason, error }: NodeNetworkChange): void {
    const known = this.#starving.get(node);
    if (error === '') {
      if (known) this.#metrics.served((this.#now() - known.since) / 1000);
      this.#starving.delete(node);
      return;
    }
    if (known?.error === error) return;
    this.#starving.set(node, { error, since: known?.since ?? this.#now() });
    const uid = this.#nodes.get(node)?.metadata.uid;
    const isConflict = reason === 'NodeCIDRConflict';
    if (isConflict) this.#metrics.conflicted();
    else this.#metrics.refused();
    const word = isConflict ? 'CIDRConflict' : 'CIDRNotAvailable';
    this.#events.warn({ node, uid, reason: word, message: error });
  }

  async #writePool(pool: string): Promise<void> {
    const error = this.#decisions.errorOf(pool);
    if ((this.#ipPools.get(pool)?.status?.error ?? '') === error) return;
    const patch = { type: 'merge', body: { status: { error } }, subresource: 'status' } as const;
    await this.#client.patch(IP_POOLS, pool, undefined, patch).catch((failure: unknown) => {
      if (!isReason(failure, 'NotFound')) throw failure;
    });
  }

  async #reap(node: string): Promise<void> {
    const object = this.#networks.get(node);
    if (object !== undefined) await deleteOrphan(this.#client, object);
  }
}

/** Whether only the status can be another one. */
function isSameSpec(a: NodeNetwork, b: NodeNetwork): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.generation === b.metadata.generation;
}
