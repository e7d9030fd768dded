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
}

/** What an agent process is told at its start, as a JSON file. */
export interface AgentConfig {
  readonly api: { readonly socketPath: string; readonly tokenFile: string };
  /** Unix socket for the lab: traces, inventory, status. */
  readonly control: string;
  /** Whose network the node gets: ours, or a reference plugin that this process only configures. */
  readonly network: 'churnlab' | 'bridge' | 'ptp';
  readonly routing: 'direct' | 'vxlan';
  /** Where the node's CIDRs are given: in its NodeNetwork, or in its Node, as Kubernetes' own controllers do. */
  readonly podCidrsIn: 'node-network' | 'node';
  /** CIDRs of all pods: traffic to anywhere else leaves with the node's address. */
  readonly clusterCidrs: readonly string[];
  /** CIDRs of the nodes, which know the way to pods themselves. */
  readonly fabricCidrs: readonly string[];
  /** How long a released address rests, in ms. */
  readonly cooldownMs: number;
  /** Compiled datapath. */
  readonly bpfObject: string;
  readonly nodes: readonly AgentNode[];
}
