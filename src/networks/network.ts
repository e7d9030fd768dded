import type { NodeConflist, PluginNode } from '../agent/index.ts';
import type { KubeObject } from '../kube/index.ts';
import type { IpamMode, LabSpec, Level } from '../scenario/index.ts';
import type { NetworkSource } from './installed/source.ts';

/**
 * Who gives pods their addresses, as far as invariants and capacity need to know. `agent`: our own, with a cooldown;
 * `host-local`: the reference plugin, inside the node's CIDRs; `unknown`: somebody else's, of which nothing is assumed.
 */
export type NetworkIpam = 'agent' | 'host-local' | 'unknown';

/** Where a network keeps what belongs to pods: all of it must be gone when they are. */
export interface NetworkState {
  /** Folders below a node's root with a file for each pod or address. */
  readonly folders: readonly string[];
  /** Kinds of links in the node's namespace (IFLA_INFO_KIND) that a pod brings. */
  readonly links: readonly string[];
  /** Routes of the node to single pods. */
  readonly routes: boolean;
  /** Rules of iptables or nftables for single pods. */
  readonly rules: boolean;
  /** Entries in BPF maps. */
  readonly maps: boolean;
}

/** With what it goes together. Whatever is not listed makes no sense with it, or cannot be told apart from an error. */
export interface NetworkFit {
  readonly routings: readonly LabSpec['routing'][];
  readonly families: readonly LabSpec['ipFamily'][];
  readonly ipamModes: readonly IpamMode[];
  readonly services: readonly LabSpec['services'][];
  readonly levels: readonly Level[];
}

/** A node of a netns lab. */
export interface NetnsNode {
  readonly name: string;
  /** Its file system as a path: `/proc/<pid>/root`. */
  readonly root: string;
  /** Addresses on its uplink, IPv4 first. */
  readonly ips: readonly string[];
}

/** Programs that networks run on nodes, by their names in lab/tools. */
export type NetworkProgram = 'flanneld';

/** A program that a network runs on every node, in the node's own network and mount namespace. */
export interface NodeDaemon {
  readonly name: string;
  readonly program: NetworkProgram;
  /** Files that it reads, by path below the node's root; written before it is started. */
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file below the node's root that is there once pods can be attached. */
  readonly readyFile: string;
}

/** How it comes onto a netns lab. Everything is inside the nodes' namespaces and goes with them. */
export interface OnNetns {
  /** Plugins that its configuration calls, from the projects that docs/networks.md names. */
  readonly plugins: readonly string[];
  /** Programs of its own, built from their Go modules. */
  readonly programs: readonly NetworkProgram[];
  /** What the lab's agent does on each node; `agent` itself answers CNI calls. */
  node(lab: LabSpec): 'agent' | PluginNode;
  /** @param kubeconfig for the node's programs */
  daemon?(lab: LabSpec, node: NetnsNode, kubeconfig: string): NodeDaemon;
}

/** Pods of a network's own on the nodes of a cluster: their processes are its cost, and what a fault on `agent` hits. */
export interface NetworkDaemon {
  /** Of its process in `lab status`, before the node's; begins with {@link Network.process}. */
  readonly name: string;
  /** Left out: all namespaces. */
  readonly namespace?: string;
  /** A selector of labels. */
  readonly pods: string;
}

/** How it comes onto a Kubernetes cluster whose nodes are containers of ours. */
export type OnKind =
  /** Our own chart; `network.mode` is the lab's routing. */
  | { readonly by: 'chart'; readonly daemons: readonly NetworkDaemon[] }
  /** Plugins and a configuration on every node, made from the node's CIDRs; what else it needs. */
  | {
      readonly by: 'conflist';
      /** As in {@link OnNetns.plugins}. */
      readonly plugins: readonly string[];
      readonly conflist: NodeConflist;
      /** Whether the lab writes a route to each other node's CIDRs. */
      readonly routes: boolean;
      /** Objects of the API, whose pods run programs of its own out of one of our images. */
      readonly manifest?: {
        readonly image: NetworkProgram;
        objects(lab: LabSpec, image: string): readonly KubeObject[];
      };
      /** Empty where nothing of it runs between calls. */
      readonly daemons: readonly NetworkDaemon[];
    }
  /** As its makers say; what of it runs is known once it is there. */
  | { readonly by: 'source'; readonly source: NetworkSource; readonly daemons?: readonly NetworkDaemon[] };

/** What connects pods: one folder each. */
export interface Network {
  readonly name: string;
  /** In a line, for `churnlab networks`. */
  readonly summary: string;
  readonly ipam: NetworkIpam;
  readonly fit: NetworkFit;
  readonly state: NetworkState;
  /** How the node's ends of pods' links are told from others, for kube-proxy; undefined where pods have none. */
  readonly podLinks: { readonly bridge: string } | { readonly prefix: string } | undefined;
  /** Whether it stamps the parts of a call itself (`cni.add.*`); the runtime clocks every call of every network. */
  readonly traced: boolean;
  /**
   * Processes that are its cost, by the beginning of their names in `lab status`; also what a fault on `agent` hits.
   * Undefined where it has none: nothing runs between calls.
   */
  readonly process: string | undefined;
  /** What is not known of it, for people; a network that was brought along. */
  readonly unknowns?: readonly string[];
  readonly netns?: OnNetns;
  readonly onKind?: OnKind;
  /** Why it cannot be used there, by substrate, for people. */
  readonly absent?: Readonly<Partial<Record<'netns' | 'kind', string>>>;
}
