import { Cidr, familyBits } from '../ip/index.ts';
import {
  CLUSTER_CIDRS,
  type ClusterCidr,
  EVENTS,
  Informer,
  IP_POOLS,
  type IpPool,
  type KubeClient,
  type KubeEvent,
  type KubeObject,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  PODS,
  type Pod,
  type Resource,
} from '../kube/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { ipamView, type PoolCidr, writtenInNode } from './ipam-view.ts';
import type { IpamView } from './lab.ts';

/** What every allocator of the field calls the Event about a node that it has no CIDR for. */
const REFUSED = { fieldSelector: 'reason=CIDRNotAvailable' };

/** Follows the API objects that a view of the pools is made of, so that looking every second costs the API nothing. */
export class IpamObserver implements AsyncDisposable {
  readonly #spec: LabSpec;
  readonly #client: KubeClient;
  readonly #informers: { start(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }[] = [];
  #reached: Promise<unknown> | undefined;
  readonly #nodes: Informer<Node>;
  /** Where the CIDRs of nodes stand in them, or agents of ours tell in them how full nodes are. */
  readonly #networks: Informer<NodeNetwork> | undefined;
  readonly #events: Informer<KubeEvent>;
  /** Where the pools are objects; elsewhere they stand in the lab's configuration. */
  readonly #pools: Informer<IpPool> | undefined;
  readonly #ranges: Informer<ClusterCidr> | undefined;
  /** Only where no agent tells how full its node is. */
  readonly #pods: Informer<Pod> | undefined;

  constructor(client: KubeClient, spec: LabSpec) {
    this.#client = client;
    this.#spec = spec;
    this.#nodes = this.#follow<Node>(NODES);
    const isOurs = spec.network === 'churnlab';
    this.#networks =
      isOurs || !writtenInNode(spec.ipam.mode) ? this.#follow<NodeNetwork>(NODE_NETWORKS) : undefined;
    this.#events = this.#follow<KubeEvent>(EVENTS, REFUSED);
    this.#pools = spec.ipam.mode === 'multi-pool' ? this.#follow<IpPool>(IP_POOLS) : undefined;
    this.#ranges = spec.ipam.mode === 'multi-range' ? this.#follow<ClusterCidr>(CLUSTER_CIDRS) : undefined;
    this.#pods = isOurs ? undefined : this.#follow<Pod>(PODS);
  }

  /**
   * The pools as the API has them now; the first call waits for the lists.
   * @throws KubeError when the API does not answer that first call
   */
  async view(): Promise<IpamView> {
    // Informers wait for an API that is not there yet; one that is gone is to be said.
    this.#reached ??= this.#client.list(NODES, { limit: 1 });
    await this.#reached;
    await Promise.all(this.#informers.map((informer) => informer.start()));
    return ipamView({
      mode: this.#spec.ipam.mode,
      pools: this.#poolCidrs(),
      nodes: this.#nodes.list(),
      networks: this.#networks?.list() ?? [],
      events: this.#events.list(),
      ...(this.#pods && { pods: this.#pods.list() }),
    });
  }

  #poolCidrs(): PoolCidr[] {
    const objects = this.#pools?.list().flatMap(poolObject) ?? this.#ranges?.list().flatMap(rangeObject);
    if (!objects) return configuredPools(this.#spec);
    return [...objects].sort((a, b) => a.pool.localeCompare(b.pool, 'en', { numeric: true }));
  }

  #follow<T extends KubeObject>(resource: Resource, options = {}): Informer<T> {
    const informer = new Informer<T>(this.#client, resource, options);
    this.#informers.push(informer);
    return informer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#informers.map((informer) => informer[Symbol.asyncDispose]()));
  }
}

function poolObject({ metadata, spec }: IpPool): PoolCidr[] {
  const families = [spec.ipv4, spec.ipv6].filter((family) => family !== undefined);
  return families.flatMap(({ cidrs, maskSize }) => cidrsOf(metadata.name!, cidrs, maskSize));
}

function rangeObject({ metadata, spec }: ClusterCidr): PoolCidr[] {
  const cidrs = [spec.ipv4, spec.ipv6].filter((text) => text !== undefined);
  return cidrs.flatMap((text) => {
    const { family } = Cidr.parse(text).cidr;
    return cidrsOf(metadata.name!, [text], familyBits(family) - spec.perNodeHostBits);
  });
}

function configuredPools({ ipam }: LabSpec): PoolCidr[] {
  return ipam.pools.flatMap(({ cidrs, nodeMask }) => cidrsOf('default', cidrs, nodeMask));
}

function cidrsOf(pool: string, cidrs: readonly string[], nodeMask: number): PoolCidr[] {
  return cidrs.map((text) => ({ pool, cidr: Cidr.parse(text).cidr, nodeMask }));
}
