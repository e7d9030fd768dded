import type { ServiceView } from '../../datapath/services/index.ts';
import { Cidr } from '../../ip/index.ts';
import {
  Informer,
  IP_POOLS,
  type IpPool,
  type KubeClient,
  NAMESPACES,
  type Namespace,
  NODE_NETWORKS,
  type NodeNetwork,
} from '../../kube/index.ts';
import type { AgentSettings } from '../config.ts';
import { ClusterPools } from '../multi-pool/cluster-pools.ts';
import { type AgentDependencies, NodeAgent } from '../node-agent.ts';
import { NodeCidrCopier } from '../node-cidr-copier.ts';
import { setUpPluginNode } from '../plugin-node.ts';
import { ProcessServices, type ServiceStats, type ServiceWritten } from '../services/index.ts';
import type { AgentEvent } from '../trace.ts';

export interface AgentProcessOptions {
  readonly client: KubeClient;
  readonly onEvent: (event: AgentEvent) => void;
  /** Told of what did not work and is tried again, or was refused. */
  readonly log: (message: string, detail?: unknown) => void;
}

/** The agents of all nodes that a process serves, with what they share. Where its questions come from is its caller's. */
export class AgentProcess implements AsyncDisposable {
  readonly #settings: AgentSettings;
  readonly #client: KubeClient;
  readonly #networks: Informer<NodeNetwork>;
  readonly #pools:
    | { readonly ipPools: Informer<IpPool>; readonly namespaces: Informer<Namespace> }
    | undefined;
  readonly #cleanup = new AsyncDisposableStack();
  #agents: readonly NodeAgent[] = [];
  #services: ProcessServices | undefined;

  private constructor(settings: AgentSettings, client: KubeClient) {
    this.#settings = settings;
    this.#client = client;
    this.#networks = this.#cleanup.use(new Informer<NodeNetwork>(client, NODE_NETWORKS));
    this.#pools =
      settings.podCidrsIn === 'pools'
        ? {
            ipPools: this.#cleanup.use(new Informer<IpPool>(client, IP_POOLS)),
            namespaces: this.#cleanup.use(new Informer<Namespace>(client, NAMESPACES)),
          }
        : undefined;
  }

  /**
   * Takes over what earlier agents left on the nodes. CNI calls are answered and Services kept in step from
   * {@link serve} on. Call warmThreadPool() before.
   */
  static async start(settings: AgentSettings, options: AgentProcessOptions): Promise<AgentProcess> {
    await using unfinished = new AsyncDisposableStack();
    const process = unfinished.use(new AgentProcess(settings, options.client));
    if (settings.podCidrsIn === 'node') process.#copyCidrs(options);
    if (settings.plugins === undefined) await process.#startAgents(options);
    process.#openServices(options);
    unfinished.move();
    return process;
  }

  /** Resolves when all nodes have what the API has, and CNI calls are answered. */
  async serve(): Promise<void> {
    const { plugins, nodes } = this.#settings;
    if (plugins) {
      for (const node of nodes) {
        await setUpPluginNode(this.#settings, plugins, node, this.#client, this.#networks);
      }
    }
    await Promise.all([
      this.#networks.start(),
      this.#pools?.ipPools.start(),
      this.#pools?.namespaces.start(),
      this.#services?.start(),
    ]);
    await Promise.all(this.#agents.map((agent) => agent.serve()));
  }

  /** Pods' addresses as the kernel has them. */
  endpoints(): { node: string; address: string; ifindex: number }[] {
    return this.#agents.flatMap(({ node, datapath }) =>
      datapath
        .endpoints()
        .map(({ address, ifindex }) => ({ node: node.name, address: String(address), ifindex })),
    );
  }

  /** Who has which address, by the agents' books; `since` in ms since the epoch. */
  leases() {
    return this.#agents.flatMap(({ node, addresses }) =>
      [...addresses.leases()].map(({ owner, ips, since }) => ({
        node: node.name,
        owner,
        ips: ips.map(String),
        since,
      })),
    );
  }

  /** Addresses of each family, by node. */
  addresses() {
    return Object.fromEntries(this.#agents.map(({ node, addresses }) => [node.name, addresses.stats()]));
  }

  /** Counters of the datapath, by node. */
  datapath() {
    return Object.fromEntries(this.#agents.map(({ node, datapath }) => [node.name, datapath.metrics()]));
  }

  /** Bytes of an IP packet of a pod; undefined where plugins attach pods. */
  get podMtu(): number | undefined {
    return this.#agents[0]?.datapath.podMtu;
  }

  /** Services as the kernel has them. */
  services(): { node: string; services: ServiceView[] }[] {
    return (this.#services?.nodes ?? []).map(({ node, datapath }) => ({ node, services: datapath.view() }));
  }

  serviceStats(): Record<string, ServiceStats & { loadNs: number | undefined }> {
    const loadNs = this.#services?.loadNs;
    const nodes = this.#services?.nodes ?? [];
    return Object.fromEntries(nodes.map((each) => [each.node, { ...each.stats(), loadNs }]));
  }

  /** Lets go of the nodes. Their pods keep their network. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }

  #copyCidrs({ client, log }: AgentProcessOptions): void {
    for (const { name: node } of this.#settings.nodes) {
      const onError = (error: unknown) => log(`CIDRs of node ${node}: ${(error as Error).message}`, error);
      this.#cleanup.use(NodeCidrCopier.start({ client, networks: this.#networks, node, onError }));
    }
  }

  async #startAgents({ client, onEvent, log }: AgentProcessOptions): Promise<void> {
    const [networks, settings] = [this.#networks, this.#settings];
    const configured = settings.clusterCidrs.map((text) => Cidr.parse(text).cidr);
    const pools = this.#pools && {
      cluster: new ClusterPools({ ipPools: this.#pools.ipPools, networks, configured }),
      namespaces: this.#pools.namespaces,
    };
    const dependencies: AgentDependencies = {
      client,
      networks,
      ...(pools ? { pools } : {}),
      onTrace: (trace) => onEvent({ trace }),
      onRefused: (refused) => onEvent({ refused }),
      onLinkGone: (node, containerId, goneNs) => onEvent({ linkGone: { node, containerId, goneNs } }),
      onRefill: (refill) => onEvent({ refill }),
      onCollected: (collected) => onEvent({ collected }),
      log,
    };
    const agents: NodeAgent[] = [];
    for (const node of settings.nodes) {
      agents.push(this.#cleanup.use(await NodeAgent.start(settings, node, dependencies)));
    }
    this.#agents = agents;
  }

  #openServices({ client, onEvent, log }: AgentProcessOptions): void {
    const { services } = this.#settings;
    if (!services) return;
    const onWritten = (serviceWritten: ServiceWritten) => onEvent({ serviceWritten });
    this.#services = this.#cleanup.use(
      ProcessServices.open(services, client, this.#agents, { onWritten, log }),
    );
  }
}
