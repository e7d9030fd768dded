import { Cidr } from '../../ip/index.ts';
import { DEFAULT_POOL } from '../../ipam/index.ts';
import type { Informer, IpPool, NodeNetwork } from '../../kube/index.ts';
import { podCidrs } from '../node-network.ts';

export interface ClusterPoolsOptions {
  /** All IPPools, and all NodeNetworks; started by the caller. */
  readonly ipPools: Informer<IpPool>;
  readonly networks: Informer<NodeNetwork>;
  /** CIDRs of pods that are known before. */
  readonly configured: readonly Cidr[];
}

/** What all nodes must know of the pools. */
export class ClusterPools {
  readonly #ipPools: Informer<IpPool>;
  readonly #configured: readonly Cidr[];
  /** CIDRs of pools, by name, and of nodes. */
  readonly #pools = new Map<string, readonly Cidr[]>();
  readonly #nodes = new Map<string, readonly Cidr[]>();
  readonly #handlers: (() => void)[] = [];
  #cidrs: readonly Cidr[] | undefined;

  constructor({ ipPools, networks, configured }: ClusterPoolsOptions) {
    this.#ipPools = ipPools;
    this.#configured = configured;
    const seePool = ({ metadata, spec }: IpPool): void => {
      const texts = [...(spec.ipv4?.cidrs ?? []), ...(spec.ipv6?.cidrs ?? [])];
      this.#set(this.#pools, metadata.name!, texts.flatMap(parse));
    };
    ipPools.onAdd(seePool).onUpdate(seePool);
    ipPools.onDelete(({ metadata }) => this.#set(this.#pools, metadata.name!, []));
    const seeNode = (network: NodeNetwork): void =>
      this.#set(this.#nodes, network.metadata.name!, podCidrs(network));
    networks.onAdd(seeNode).onUpdate((network, old) => {
      if (network.metadata.generation !== old.metadata.generation) seeNode(network);
    });
    networks.onDelete(({ metadata }) => this.#set(this.#nodes, metadata.name!, []));
  }

  /** CIDRs that pods may have, and those that they have still though no pool has them any more. */
  get cidrs(): readonly Cidr[] {
    this.#cidrs ??= distinct([this.#configured, ...this.#pools.values(), ...this.#nodes.values()]);
    return this.#cidrs;
  }

  /** Pools of which a node keeps addresses in hand although no pod of it uses any. */
  get warm(): ReadonlySet<string> {
    return new Set(this.#ipPools.get(DEFAULT_POOL) ? [DEFAULT_POOL] : []);
  }

  /** Calls back whenever something may be another than it was. */
  onChange(handler: () => void): void {
    this.#handlers.push(handler);
  }

  #set(of: Map<string, readonly Cidr[]>, name: string, cidrs: readonly Cidr[]): void {
    if ((of.get(name) ?? []).join() === cidrs.join() && of.has(name)) return;
    of.set(name, cidrs);
    this.#cidrs = undefined;
    for (const handler of this.#handlers) handler();
  }
}

function parse(text: string): Cidr[] {
  try {
    return [Cidr.parse(text).cidr];
  } catch {
    return []; // The operator refuses the pool, and says so in it.
  }
}

/** All of them, without those that lie in one that comes before. */
function distinct(lists: readonly (readonly Cidr[])[]): Cidr[] {
  const found: Cidr[] = [];
  for (const cidr of lists.flat()) if (!found.some((each) => each.contains(cidr))) found.push(cidr);
  return found;
}
