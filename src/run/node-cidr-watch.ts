import { failureClassOf } from '../cni/index.ts';
import {
  EVENTS,
  Informer,
  type KubeClient,
  type KubeEvent,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../kube/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { IpamMode } from '../scenario/index.ts';
import type { Refusal } from './driver.ts';

/** Who is told of nodes' CIDRs. Versions are those of the API, in which all its changes stand in one order. */
export interface NodeCidrListener {
  /** The node has these CIDRs now. */
  holds(node: string, cidrs: readonly string[], version: bigint, at: number): void;
  gone(node: string, version: bigint, at: number): void;
  refused(node: string, refusal: Refusal): void;
}

/** What every allocator of the field calls the Event about a node that it has no CIDR for. */
const REFUSED = { fieldSelector: 'reason=CIDRNotAvailable' };

/** Follows which node has which CIDRs, wherever the mode writes them, and who is refused. */
export class NodeCidrWatch implements AsyncDisposable {
  readonly #nodes: Informer<Node>;
  readonly #networks: Informer<NodeNetwork>;
  readonly #events: Informer<KubeEvent>;

  private constructor(client: KubeClient) {
    this.#nodes = new Informer(client, NODES);
    this.#networks = new Informer(client, NODE_NETWORKS);
    this.#events = new Informer(client, EVENTS, REFUSED);
  }

  /** Resolves when all that is there has been told; refusals of the past are not. */
  static async open(client: KubeClient, mode: IpamMode, listener: NodeCidrListener): Promise<NodeCidrWatch> {
    const watch = new NodeCidrWatch(client);
    const tell = <T extends Node | NodeNetwork>(informer: Informer<T>, cidrsOf: (object: T) => string[]) => {
      const look = (object: T): void =>
        listener.holds(object.metadata.name!, cidrsOf(object), versionOf(object), monotonicNs());
      informer.onAdd(look).onUpdate((object, old) => {
        if (String(cidrsOf(object)) !== String(cidrsOf(old))) look(object);
      });
    };
    if (writesNodeNetwork(mode)) tell(watch.#networks, cidrsOfNetwork);
    else tell(watch.#nodes, ({ spec }) => [...(spec?.podCIDRs ?? [])]);
    watch.#nodes.onDelete((node) => listener.gone(node.metadata.name!, versionOf(node), monotonicNs()));
    await Promise.all([
      watch.#nodes.start(),
      watch.#events.start(),
      // A cluster whose network is not ours does not know them.
      writesNodeNetwork(mode) ? watch.#networks.start() : undefined,
    ]);
    let past = true;
    const refused = (event: KubeEvent, old?: KubeEvent): void => {
      if (past || event.involvedObject.kind !== 'Node') return;
      const { message = '', involvedObject } = event;
      const found = failureClassOf(message);
      listener.refused(involvedObject.name ?? '', {
        at: monotonicNs(),
        // Whatever the words, that is what the Event's reason says.
        class: found === 'other' ? 'node-cidr-full' : found,
        message,
        attempts: Math.max(1, (event.count ?? 1) - (old?.count ?? 0)),
      });
    };
    watch.#events.onAdd(refused).onUpdate(refused);
    past = false;
    return watch;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [this.#nodes, this.#networks, this.#events].map((informer) => informer[Symbol.asyncDispose]()),
    );
  }
}

/** Whether a node's CIDRs stand in its NodeNetwork; in the other modes they stand in its Node, as in Kubernetes. */
export function writesNodeNetwork(mode: IpamMode): boolean {
  return mode === 'cluster-pool' || mode === 'multi-pool';
}

/** With pools the operator adds to `allocated`, and frees what the agent takes out of it. */
function cidrsOfNetwork({ spec }: NodeNetwork): string[] {
  const pools = spec.pools?.allocated;
  return pools === undefined ? [...(spec.podCIDRs ?? [])] : pools.flatMap(({ cidrs }) => cidrs);
}

function versionOf({ metadata }: Node | NodeNetwork): bigint {
  return BigInt(metadata.resourceVersion ?? 0);
}
