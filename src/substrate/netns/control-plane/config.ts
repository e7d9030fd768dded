/** What the control plane's process is told at its start, as a JSON file. */
export interface ControlPlaneConfig {
  /** Unix socket for the lab's own processes. */
  readonly socket: string;
  readonly tokenFile: string;
  /** Kubeconfig to write for kubectl on this machine; beside it one for programs inside the nodes. */
  readonly kubeconfig: string;
  readonly nodeKubeconfig: string;
  /** Name of cluster, context and user in it. */
  readonly context: string;
  /** Where programs inside the nodes reach the API. */
  readonly fabric: { readonly netns: string; readonly addresses: readonly string[]; readonly port: number };
  readonly serviceCidrs: readonly string[];
  readonly nodePorts: { readonly first: number; readonly last: number };
  /** Written when everything listens: `{ "port": number }`. */
  readonly readyFile: string;
}
