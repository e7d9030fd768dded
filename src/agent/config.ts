import type { ShortCuts } from '../datapath/index.ts';
import type { MaglevSize, ServiceMapSizes } from '../datapath/services/index.ts';
import type { NodeConflist } from './conflist.ts';
import type { ServiceDefaults } from './services/index.ts';

/** A node that an agent serves. */
export interface AgentNode {
  readonly name: string;
  /** The node's file system as a path: `/proc/<pid>/root` from outside its mount namespace, '' from inside. */
  readonly root: string;
  /** The node's network namespace as a path. */
  readonly netns: string;
  /** Addresses of the node on its uplink, IPv4 first. */
  readonly ips: readonly string[];
  /** Name of the link that leads to the other nodes. */
  readonly uplink: string;
  /** Directory of the cgroup (v2) that the node's and its pods' processes are in. */
  readonly cgroup: string;
}

/** Services that the agent implements itself. */
export interface ServicesConfig {
  /** Compiled programs. */
  readonly bpfObject: string;
  /** Both ends included. */
  readonly nodePorts: readonly [first: number, last: number];
  /** For Services whose annotations do not say; default `random` and `snat`. */
  readonly defaults?: Partial<ServiceDefaults>;
  /** Entries of a Maglev table. */
  readonly maglevSize?: MaglevSize;
  /** Node ports by XDP on the uplink as well; default no. */
  readonly xdp?: 'generic' | 'native';
  readonly sizes?: Partial<ServiceMapSizes>;
}

/** What there is to do on a node whose pods are attached by plugins. */
export interface PluginNode {
  /** Written once the node has its CIDRs. */
  readonly conflist: NodeConflist;
  /** Whether to route the other nodes' CIDRs to them and to masquerade what leaves; else the network does. */
  readonly routes: boolean;
}

/** What an agent process is to do, wherever it runs. */
export interface AgentSettings {
  /** Plugins that attach the node's pods in this process' place; absent: it does so itself. */
  readonly plugins?: PluginNode;
  readonly routing: 'direct' | 'vxlan';
  /** Which packets between pods pass the node's stack by; `never` where it translates Services (kube-proxy). */
  readonly shortCuts: ShortCuts;
  /**
   * Where the node's CIDRs are given: in its NodeNetwork; in its Node, as Kubernetes' own controllers do; or in its
   * NodeNetwork by pool, as pods need them (network churnlab only).
   */
  readonly podCidrsIn: 'node-network' | 'node' | 'pools';
  /** CIDRs of all pods: traffic to anywhere else leaves with the node's address. */
  readonly clusterCidrs: readonly string[];
  /** CIDRs of the nodes, which know the way to pods themselves. */
  readonly fabricCidrs: readonly string[];
  /** How long a released address rests, in ms. */
  readonly cooldownMs: number;
  /**
   * How often attachments are looked for whose link is gone without a DEL, in ms: they are released at the second look.
   * Absent: only the runtime has that done (CNI GC).
   */
  readonly collectMs?: number | undefined;
  /** Test only: every ADD blocks the agent for so long, in ms. */
  readonly addDelayMs?: number;
  /** How long an ADD waits for an address, or for its pool to come to the node, in ms. */
  readonly waitMs: number;
  /** Free addresses of a pool that a node keeps in hand; with `pools`. */
  readonly preAllocate: number;
  /** How leases are kept: in a log of our own, or as files like the host-local plugin; always a log with `pools`. */
  readonly store: 'log' | 'host-local';
  /** Compiled datapath. */
  readonly bpfObject: string;
  /** Absent when somebody else implements Services, or nobody does. Network churnlab only. */
  readonly services?: ServicesConfig;
  readonly nodes: readonly AgentNode[];
}

/** What an agent process of a lab is told at its start, as a JSON file. */
export interface AgentConfig extends AgentSettings {
  readonly api: { readonly socketPath: string; readonly tokenFile: string };
  /** Unix socket for the lab: traces, inventory, status. */
  readonly control: string;
}
