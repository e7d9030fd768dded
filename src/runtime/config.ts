/** A node that a pod runtime serves. */
export interface RuntimeNode {
  readonly name: string;
  /** The node's mount namespace as a path: `/proc/<pid>/root`. */
  readonly root: string;
  /** Directory of the node's namespace daemon. */
  readonly daemon: string;
  /** Addresses of the node, IPv4 first. */
  readonly ips: readonly string[];
  /** Labels of the Node beside those that every node has. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What a runtime process is told at its start, as a JSON file. */
export interface RuntimeConfig {
  readonly api: { readonly socketPath: string; readonly tokenFile: string };
  /** Unix socket for the lab: following calls, driving sandboxes without the API. */
  readonly control: string;
  /** Folders of CNI plugins. */
  readonly cniPath: readonly string[];
  readonly nodes: readonly RuntimeNode[];
}
