import fs from 'node:fs';
import { Cidr, type Family, familyBits, type Ip } from '../ip/index.ts';
import { MapFullError, mountBpffs } from '../kernel/bpf/index.ts';
import type { FilterHook, Netns, Request } from '../kernel/index.ts';
import { DatapathError } from './errors.ts';
import type { Routing, ShortCuts } from './maps/config.ts';
import type { EndpointEntry } from './maps/endpoint.ts';
import type { Flow } from './maps/flow.ts';
import type { MapSet } from './maps/map-set.ts';
import { type Counter, type Metric, readMetrics } from './maps/metric.ts';
import type { NodeLinks } from './node/links.ts';
import { type NodeCidrs, NodeSetup } from './node/node-setup.ts';
import { byName, DEFAULT_SIZES, type MapSizes, openDatapathPins, type ProgramName } from './pinned.ts';
import type { PinnedMap, Pins } from './pins.ts';

/** IANA's port for VXLAN is 4789; 8472 is Linux's own default, and what flannel and Cilium use. */
const VXLAN_PORT = 8472;
const VNI = 1;

export interface DatapathOptions {
  /** Namespace of the node; the calling thread's when undefined. It must stay open as long as the datapath. */
  readonly netns?: Netns;
  /** Directory of the pins; a bpffs is mounted there unless it lies in one. */
  readonly bpffsDirectory: string;
  /** The compiled bpf/churnlab.bpf.c. */
  readonly objectPath: string;
  readonly uplinkIndex: number;
  readonly routing: Routing;
  /** The node's addresses, the one that other nodes use first in each family. */
  readonly nodeAddresses: readonly Ip[];
  /** Bytes of an IP packet; what the uplink and the routing leave when undefined. */
  readonly podMtu?: number;
  readonly sizes?: Partial<MapSizes>;
  /** Default `untranslated`; `never` where kube-proxy or the like translates in the node's stack. See docs/datapath.md. */
  readonly shortCuts?: ShortCuts;
  readonly vxlanPort?: number;
  readonly vni?: number;
}

/** An address of a pod of this node. A pod with two families has two. */
export interface Endpoint {
  readonly address: Ip;
  /** Index of the host side of the pod's veth. */
  readonly ifindex: number;
  /** 6 bytes. */
  readonly podMac: Uint8Array;
  /** 6 bytes. */
  readonly hostMac: Uint8Array;
}

export interface Remote {
  readonly cidr: Cidr;
  readonly nexthop: Ip;
}

/**
 * The datapath of one node. What it sets up stays when it is disposed of: traffic does not need the agent. A new
 * one takes over what is there.
 */
export class Datapath implements Disposable {
  /** Whether the programs of an earlier agent were still the right ones. */
  readonly origin: 'reused' | 'loaded';
  readonly #options: DatapathOptions;
  readonly #sizes: MapSizes;
  readonly #node: NodeSetup;
  readonly #pinned: Pins<MapSet, ProgramName>;

  private constructor(
    options: DatapathOptions,
    sizes: MapSizes,
    node: NodeSetup,
    pinned: Pins<MapSet, ProgramName>,
  ) {
    this.#options = options;
    this.#sizes = sizes;
    this.#node = node;
    this.#pinned = pinned;
    this.origin = pinned.origin;
  }

  /**
   * Sets the node up and attaches the programs to its own links and to those of pods, in the place of earlier versions
   * without a packet in between.
   * Throws KernelError, ObjectLoadError, MapFullError, UnsupportedFeature, DatapathError.
   */
  static open(options: DatapathOptions): Datapath {
    const sizes = { ...DEFAULT_SIZES, ...options.sizes };
    using stack = new DisposableStack();
    const node = stack.use(new NodeSetup({ ...options, vxlanPort: options.vxlanPort ?? VXLAN_PORT }));
    mountBpffs(options.bpffsDirectory);
    const pinned = stack.use(
      openDatapathPins(options.bpffsDirectory, fs.readFileSync(options.objectPath), sizes),
    );
    const datapath = new Datapath(options, sizes, node, pinned);
    datapath.#writeNode();
    datapath.#attachNode();
    stack.move();
    return datapath;
  }

  /** The node's own links. */
  get links(): NodeLinks {
    return this.#node.links;
  }

  /** What the programs for Services share with these, by name. */
  get maps(): ReadonlyMap<string, PinnedMap> {
    return byName(this.#pinned.maps);
  }

  /** Bytes of an IP packet that pods' links must be given. */
  get podMtu(): number {
    return this.#node.links.podMtu;
  }

  /** Routes to this node's pods and masquerade: whenever the prefixes change. Throws KernelError, DatapathError. */
  configure(cidrs: NodeCidrs): void {
    this.#node.configure(cidrs);
  }

  /**
   * What puts the program on a pod's link, given the host side: to be sent with the message that makes the link, before
   * the one that brings it up (see createClsact).
   */
  endpointHook(ifindex: number): Request {
    return this.#node.podHook(ifindex);
  }

  /** Makes an address known. Throws DatapathError `map-full`. */
  upsertEndpoint({ address, ifindex, podMac, hostMac }: Endpoint): void {
    this.#upsert(address, { kind: 'pod', ifindex, podMac, hostMac });
  }

  /** Forgets an address; packets to it are dropped and counted. Returns whether it was known. */
  deleteEndpoint(address: Ip): boolean {
    return this.#pinned.maps.endpoints.delete(address);
  }

  /** The pod that has this address, as the kernel has it. */
  endpoint(address: Ip): Endpoint | undefined {
    const found = this.#pinned.maps.endpoints.lookup(address);
    if (found?.kind !== 'pod') return undefined;
    const { kind: _, ...entry } = found;
    return { address, ...entry };
  }

  /** The addresses of pods on this node. */
  endpoints(): Endpoint[] {
    return this.#pinned.maps.endpoints
      .entries()
      .flatMap(([address, { kind, ...entry }]) =>
        kind === 'pod' ? [{ address, ...(entry as Omit<Endpoint, 'address'>) }] : [],
      );
  }

  /**
   * Makes a prefix of another node, or its address as a prefix of full length, known.
   * @param mac of the next hop, when it is known: it is then never asked for.
   * Throws DatapathError `map-full`, `next-hop-family`, KernelError.
   */
  setRemote(cidr: Cidr, nexthop: Ip, mac?: Uint8Array): void {
    if (this.#options.routing === 'direct' && cidr.family !== nexthop.family) {
      throw new DatapathError(
        'next-hop-family',
        `Expected a next hop of ${cidr.family} for ${cidr}, got ${nexthop}`,
      );
    }
    if (mac) this.#node.setNeighbour(nexthop, mac);
    this.#node.setRemote(cidr, nexthop);
    this.#full('remotes', `remote prefix ${cidr}`, () => this.#pinned.maps.remotes.update(cidr, nexthop));
  }

  /** Returns whether the prefix was known. Throws KernelError. */
  deleteRemote(cidr: Cidr): boolean {
    const nexthop = this.#pinned.maps.remotes.lookup(cidr);
    if (nexthop === undefined) return false;
    this.#pinned.maps.remotes.delete(cidr);
    this.#node.deleteRemote(cidr, nexthop);
    return true;
  }

  /** The prefixes and addresses of other nodes. */
  remotes(): Remote[] {
    return this.#pinned.maps.remotes.entries().map(([cidr, nexthop]) => ({ cidr, nexthop }));
  }

  /** Counters since the programs were first loaded; a new layout begins at zero. */
  metrics(): Record<Metric, Counter> {
    return readMetrics(this.#pinned.maps.metrics);
  }

  /** Flows whose answers take the stack. */
  stackFlows(): Flow[] {
    return this.#pinned.maps.stackFlows.entries().map(([flow]) => flow);
  }

  /** Forgets flows of pods that have gone. Returns how many. */
  sweepStackFlows(): number {
    const pods = new Set(this.endpoints().map(({ address }) => address.toString()));
    const dead = this.stackFlows().filter(
      ({ source, destination }) => !pods.has(source.toString()) && !pods.has(destination.toString()),
    );
    this.#pinned.maps.stackFlows.deleteAll(dead);
    return dead.length;
  }

  /** Closes what this process holds. The node's network stays as it is. */
  [Symbol.dispose](): void {
    this.#pinned[Symbol.dispose]();
    this.#node[Symbol.dispose]();
  }

  #writeNode(): void {
    const { routing, shortCuts = 'untranslated', vni = VNI, nodeAddresses } = this.#options;
    const { uplink, overlay, podMtu } = this.#node.links;
    const { config, endpoints } = this.#pinned.maps;
    config.update(0, {
      routing,
      shortCuts,
      uplinkIndex: uplink.index,
      overlayIndex: overlay?.index ?? 0,
      vni,
      podMtu,
    });
    const current = new Set(nodeAddresses.map(String));
    for (const [address, { kind }] of endpoints.entries()) {
      if (kind === 'node' && !current.has(address.toString())) endpoints.delete(address);
    }
    for (const address of nodeAddresses) this.#upsert(address, { kind: 'node' });
  }

  #attachNode(): void {
    const { uplink, pods, overlay } = this.#node.links;
    this.#attach(pods.index, 'egress', 'cl_to_pods');
    this.#attach(uplink.index, 'ingress', 'cl_from_network');
    this.#attach(uplink.index, 'egress', 'cl_to_network');
    if (overlay) this.#attach(overlay.index, 'ingress', 'cl_from_overlay');
    this.#node.setPodProgram('cl_from_pod', this.#pinned.programs.cl_from_pod);
  }

  #attach(ifindex: number, direction: FilterHook['direction'], name: ProgramName): void {
    this.#node.attach({ ifindex, direction }, name, this.#pinned.programs[name]);
  }

  #upsert(address: Ip, entry: EndpointEntry): void {
    this.#full('endpoints', `endpoint ${address}`, () => this.#pinned.maps.endpoints.update(address, entry));
  }

  #full(size: keyof MapSizes, what: string, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof MapFullError)) throw cause;
      const message = `add ${what}: BPF map ${cause.map} is full (option sizes.${size} is ${this.#sizes[size]})`;
      throw new DatapathError('map-full', message, { cause });
    }
  }
}

/**
 * What the other nodes must know of a node: its pods' prefixes behind its address, and that address itself. An
 * overlay has one underlay, the family of the first address, since the MTU depends on it.
 */
export function remotesOf(
  node: { readonly podCidrs: readonly Cidr[]; readonly addresses: readonly Ip[] },
  routing: Routing,
): Remote[] {
  const [first] = node.addresses;
  const nexthopFor = (family: Family): Ip | undefined =>
    routing === 'vxlan' ? first : node.addresses.find((address) => address.family === family);
  const own = node.addresses.map((address) => Cidr.around(address, familyBits(address.family)));
  return [...own, ...node.podCidrs].flatMap((cidr) => {
    const nexthop = nexthopFor(cidr.family);
    return nexthop ? [{ cidr, nexthop }] : [];
  });
}
