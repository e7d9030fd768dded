import type { Cidr, Ip } from '../../ip/index.ts';
import type { BpfProgram } from '../../kernel/bpf/index.ts';
import {
  createClsact,
  type FilterHook,
  type Netns,
  type Request,
  RtSocket,
  setNeighbour,
  setSysctls,
} from '../../kernel/index.ts';
import type { Routing } from '../maps/config.ts';
import { attachFilter, attachPodFilter, POD_BLOCK } from './filters.ts';
import { type NodeLinks, POD_LINK, POD_LINK_PEER, setUpLinks } from './links.ts';
import { masqueradeScript, runNft } from './masquerade.ts';
import { podMtu } from './mtu.ts';
import { deleteRemoteRoute, setPodRoutes, setRemoteRoute } from './routes.ts';

export interface NodeSetupSpec {
  /** Namespace of the node; the calling thread's when undefined. */
  readonly netns?: Netns | undefined;
  readonly uplinkIndex: number;
  readonly routing: Routing;
  /** The node's addresses, the one that other nodes use first in each family. */
  readonly nodeAddresses: readonly Ip[];
  /** UDP port of the overlay. */
  readonly vxlanPort: number;
  /** Bytes; what the uplink and the routing leave when undefined. */
  readonly podMtu?: number | undefined;
}

/** What of a node's network depends on prefixes that are given to it later. */
export interface NodeCidrs {
  /** Prefixes of this node's pods. */
  readonly podCidrs: readonly Cidr[];
  /** Prefixes of all pods: towards these a pod keeps its own address. */
  readonly clusterCidrs: readonly Cidr[];
  /**
   * Whether pods have the node's address towards the rest of the world. `cluster`: the rules name the prefixes of all
   * pods, and stay as they are when those of this node change.
   */
  readonly masquerade: boolean | 'cluster';
}

/** The part of a node's network that is not BPF: links, routes, kernel parameters, masquerade. */
export class NodeSetup implements Disposable {
  readonly links: NodeLinks;
  readonly #socket: RtSocket;
  readonly #spec: NodeSetupSpec;
  /** The rules that are loaded: starting nft takes milliseconds, in which nothing else is done. */
  #masquerade = '';

  /** Can be repeated at any time. Throws KernelError, DatapathError. */
  constructor(spec: NodeSetupSpec) {
    this.#spec = spec;
    this.#socket = RtSocket.open(spec.netns);
    const underlay = spec.nodeAddresses[0]?.family ?? 'ipv4';
    try {
      this.links = setUpLinks(this.#socket, {
        ...spec,
        podMtu: (uplink) => spec.podMtu ?? podMtu(uplink.mtu, spec.routing, underlay),
      });
      this.#setSysctls();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Routes to pods over churnlab0, and masquerade. Throws KernelError, DatapathError. */
  configure({ podCidrs, clusterCidrs, masquerade }: NodeCidrs): void {
    const { index, mac } = this.links.pods;
    const routed = this.#spec.routing === 'vxlan' ? [...podCidrs, ...clusterCidrs] : podCidrs;
    setPodRoutes(this.#socket, { index, mac: mac! }, routed, this.#spec.nodeAddresses);
    const translated = masquerade === 'cluster' ? clusterCidrs : masquerade ? podCidrs : [];
    const script = masqueradeScript({ podCidrs: translated, clusterCidrs });
    if (script === this.#masquerade) return;
    runNft(this.#spec.netns, script);
    this.#masquerade = script;
  }

  /** Puts the program for pods' links in place. Throws as {@link attachPodFilter}. */
  setPodProgram(name: string, program: BpfProgram): void {
    attachPodFilter(this.#socket, 'datapath', name, program);
  }

  /** Gives a pod's link that program. EEXIST when it has it. */
  podHook(ifindex: number): Request {
    return createClsact(ifindex, POD_BLOCK);
  }

  /** Throws as {@link attachFilter}. */
  attach(hook: FilterHook, name: string, program: BpfProgram): void {
    attachFilter(this.#socket, 'datapath', hook, name, program);
  }

  /** With direct routing the stack knows a route per remote prefix; the overlay has one for them all. */
  setRemote(cidr: Cidr, nexthop: Ip): void {
    if (!this.#hasRoute(cidr, nexthop)) return;
    const uplinkIndex = this.links.uplink.index;
    setRemoteRoute(this.#socket, { cidr, nexthop, uplinkIndex }, this.#spec.nodeAddresses);
  }

  deleteRemote(cidr: Cidr, nexthop: Ip): void {
    if (!this.#hasRoute(cidr, nexthop)) return;
    deleteRemoteRoute(this.#socket, { cidr, nexthop, uplinkIndex: this.links.uplink.index });
  }

  /** A permanent neighbour on the uplink, which counts against no limit of the machine. */
  setNeighbour(address: Ip, mac: Uint8Array): void {
    this.#socket.request(setNeighbour({ index: this.links.uplink.index, address: address.bytes(), mac }));
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  /** A node's own address needs none: the uplink leads to it anyway. */
  #hasRoute(cidr: Cidr, nexthop: Ip): boolean {
    return this.#spec.routing === 'direct' && !cidr.network.equals(nexthop);
  }

  #setSysctls(): void {
    const { uplink, overlay } = this.links;
    // Pods' packets come in on links that no route leads back to: that is not a reason to drop them.
    const strict = ['all', 'default', uplink.name, POD_LINK, ...(overlay ? [overlay.name] : [])];
    setSysctls(this.#spec.netns, {
      'ipv4/ip_forward': 1,
      'ipv6/conf/all/forwarding': 1,
      ...Object.fromEntries(strict.map((name) => [`ipv4/conf/${name}/rp_filter`, 0])),
      // Before the programs are attached a packet would circle between the two ends.
      [`ipv4/conf/${POD_LINK_PEER}/forwarding`]: 0,
      [`ipv6/conf/${POD_LINK_PEER}/forwarding`]: 0,
    });
  }
}
