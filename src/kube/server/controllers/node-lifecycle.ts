import {
  type Informer,
  isReason,
  keyOf,
  LEASES,
  type Lease,
  NODES,
  type Node,
  PODS,
  type Pod,
  WorkQueue,
} from '../../index.ts';
import type { ControllerContext } from './controller-context.ts';
import { desiredTaints, readyOf, sameTaints, unknownConditions } from './node-conditions.ts';
import { nowSeconds } from './timestamps.ts';

export interface NodeLifecycleOptions {
  /** Time between two looks at all nodes, in ms. */
  readonly period: number;
  /** How long a node may be silent, in ms, by this process' clock: those of the nodes are not compared with. */
  readonly grace: number;
  /** This process' clock in ms, performance.now by default. */
  readonly now?: () => number;
}

const LEASE_NAMESPACE = 'kube-node-lease';
const NAME = 'node-controller';

/**
 * Turns nodes that are not heard of any more (neither lease nor status) to Ready=Unknown, their pods to not
 * ready, and keeps the taints that follow from conditions (pkg/controller/nodelifecycle). It evicts nothing.
 */
export class NodeLifecycle implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #options: NodeLifecycleOptions;
  readonly #nodes: Informer<Node>;
  readonly #leases: Informer<Lease>;
  readonly #pods: Informer<Pod>;
  readonly #heard = new Map<string, { sign: string; at: number }>();
  readonly #queue: WorkQueue;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ControllerContext, options: NodeLifecycleOptions) {
    this.#context = context;
    this.#options = options;
    this.#nodes = context.informers.get<Node>(NODES);
    this.#leases = context.informers.get<Lease>(LEASES);
    this.#pods = context.informers.get<Pod>(PODS);
    this.#queue = new WorkQueue((name) => this.#sync(name), {
      concurrency: 8,
      onError: (error, name) => {
        if (!isReason(error, 'Conflict')) context.onError('node-lifecycle', name, error);
      },
    });
    this.#nodes
      .onAdd((node) => this.#queue.add(keyOf(node)))
      .onUpdate((node) => this.#queue.add(keyOf(node)));
    this.#nodes.onDelete((node) => this.#heard.delete(keyOf(node)));
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const node of this.#nodes.list()) this.#queue.add(keyOf(node));
    }, this.#options.period);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue[Symbol.asyncDispose]();
  }

  async #sync(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    if (!node) return;
    if (this.#isSilent(name, node) && readyOf(node)?.status !== 'Unknown') {
      const conditions = unknownConditions(node, nowSeconds());
      const body = { status: { conditions } };
      await this.#context.client.patch(NODES, name, undefined, {
        type: 'strategic',
        body,
        subresource: 'status',
      });
      this.#context.events.record(
        NAME,
        node,
        'Normal',
        'NodeNotReady',
        `Node ${name} status is now: NodeNotReady`,
      );
      await this.#podsNotReady(name);
      return;
    }
    const taints = desiredTaints(node, nowSeconds());
    if (sameTaints(taints, node.spec?.taints ?? [])) return;
    const { resourceVersion } = node.metadata;
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
    await this.#context.client.patch(NODES, name, undefined, { type: 'merge', body });
  }

  /** Any change of the lease or of the reported heartbeat is a sign of life, whatever time it carries. */
  #isSilent(name: string, node: Node): boolean {
    const lease = this.#leases.get(`${LEASE_NAMESPACE}/${name}`);
    const sign = `${lease?.spec?.renewTime} ${readyOf(node)?.lastHeartbeatTime}`;
    const last = this.#heard.get(name);
    const now = this.#options.now?.() ?? performance.now();
    if (last?.sign === sign) return now - last.at > this.#options.grace;
    this.#heard.set(name, { sign, at: now });
    return false;
  }

  async #podsNotReady(nodeName: string): Promise<void> {
    for (const pod of this.#pods.list()) {
      const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
      if (pod.spec.nodeName !== nodeName || ready?.status !== 'True') continue;
      const { name = '', namespace } = pod.metadata;
      const conditions = [{ ...ready, status: 'False', lastTransitionTime: nowSeconds() }];
      try {
        const body = { status: { conditions } };
        await this.#context.client.patch(PODS, name, namespace, {
          type: 'strategic',
          body,
          subresource: 'status',
        });
        this.#context.events.record(NAME, pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (error) {
        if (!isReason(error, 'NotFound')) this.#context.onError('node-lifecycle', keyOf(pod), error);
      }
    }
  }
}
