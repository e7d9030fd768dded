import { connect, type KubeClient, type RawAccess } from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import { type Network, networkOf } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { TrafficHost } from '../../traffic/index.ts';
import { IpamObserver } from '../ipam-observer.ts';
import type {
  CallFollower,
  FaultTarget,
  Fence,
  IpamView,
  Lab,
  LabStatus,
  NodeServiceView,
  ProcessStatus,
  RuntimeCost,
  ServiceCost,
} from '../lab.ts';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';
import { apiStatus } from '../node-status.ts';
import type { PodKit } from '../pod-kit.ts';
import { Agents } from './agents.ts';
import { CallFeed } from './call-feed.ts';
import type { Dialling } from './dialling.ts';
import { killComponent, restartComponent } from './faults.ts';
import { clusterInventory } from './inventory.ts';
import { ClusterPods } from './pod-kit.ts';
import { componentProcesses } from './processes.ts';
import { RefusalWatch } from './refusal-watch.ts';
import { runtimeCosts } from './runtime-costs.ts';
import { clusterServiceCosts } from './service-costs.ts';
import { clusterTrafficHost } from './traffic-host.ts';

export interface ClusterOptions {
  readonly name: string;
  readonly substrate: 'kind' | 'kubeconfig';
  readonly createdAt: string;
  readonly spec: LabSpec;
  /** Several files are merged as kubectl merges them. */
  readonly kubeconfig: string | readonly string[];
  readonly context?: string;
  readonly apiServer: string;
  /** Names of the nodes that pods go to; scenarios call them n1, n2, and so on, in this order. */
  readonly nodes: readonly string[];
  /** Namespace of our chart, where the network is ours. */
  readonly release?: string;
  /** Nodes that are containers of this machine. */
  readonly here: readonly NodeProcess[];
  /** Image of a run's pods: see ClusterPods. */
  readonly podImage: string;
  /** How pods that dial are spoken to. */
  readonly dialling: Dialling;
  /** What connects the pods, where it was found out; left out: what the spec says. */
  readonly network?: Network;
}

/** Any Kubernetes cluster, through its API: the kubelets make the calls, and the agents tell of them. */
export class ClusterLab implements Lab {
  readonly client: KubeClient & RawAccess;
  readonly pods: PodKit;
  /** Nobody but the kubelet calls plugins. */
  readonly sandboxes = undefined;
  /** Whoever makes a cluster here fences it in. */
  readonly fence: Fence | undefined = undefined;
  readonly #options: ClusterOptions;
  readonly #agents: Agents | undefined;
  readonly #stack = new AsyncDisposableStack();
  #ipam: IpamObserver | undefined;
  #feed: CallFeed | undefined;

  constructor(options: ClusterOptions) {
    const { kubeconfig, context, release, podImage, dialling } = options;
    this.#options = options;
    this.client = this.#stack.use(connect({ kubeconfig, ...(context !== undefined && { context }) }));
    this.#agents = release === undefined ? undefined : new Agents(this.client, release);
    this.pods = new ClusterPods(this.client, podImage, dialling);
  }

  get name(): string {
    return this.#options.name;
  }

  get substrate(): 'kind' | 'kubeconfig' {
    return this.#options.substrate;
  }

  get spec(): LabSpec {
    return this.#options.spec;
  }

  get network(): Network {
    return this.#options.network ?? networkOf(this.spec);
  }

  get nodes(): readonly string[] {
    return this.#options.nodes;
  }

  hosting(): Readonly<Record<string, number | string>> {
    return {};
  }

  /** Only agents of ours tell of calls; of other networks kubelets tell what was refused, and give the sum. */
  async followCalls(follower: CallFollower): Promise<void> {
    if (this.#agents) {
      this.#feed = await CallFeed.open(this.#agents, this.nodes, this.#isHere, follower);
      this.#stack.use(this.#feed);
      return;
    }
    this.#stack.use(await RefusalWatch.open(this.client, (refused) => follower.onRefused?.(refused)));
  }

  get clockErrorNs(): number {
    return this.#feed?.clockErrorNs ?? 0;
  }

  processes(): Promise<ProcessStatus[]> {
    return this.#isHere ? componentProcesses(this.client, this.network) : Promise.resolve([]);
  }

  trafficHost(): TrafficHost {
    const { nodes, dialling, podImage } = this.#options;
    return clusterTrafficHost(this.client, nodes, dialling, podImage);
  }

  inventory(): Promise<Inventory> {
    const { here } = this.#options;
    return clusterInventory({ client: this.client, agents: this.#agents, state: this.network.state, here });
  }

  async status(): Promise<LabStatus> {
    const { name, substrate, spec, createdAt, kubeconfig, apiServer } = this.#options;
    return {
      name,
      substrate,
      createdAt,
      network: spec.network,
      ipam: spec.ipam.mode,
      services: spec.services,
      apiServer,
      kubeconfig: [kubeconfig].flat().join(':'),
      ...(await apiStatus(this.client, await this.ipam(), this.#agents !== undefined)),
      processes: await this.processes(),
    };
  }

  /** @throws LabError bad-spec when somebody else implements Services here, or there is no such node */
  async services(node?: string): Promise<NodeServiceView[]> {
    const { services } = this.spec;
    if (services !== 'ebpf' || !this.#agents) {
      throw new LabError('bad-spec', `Lab ${this.name} has services ${services}: only ebpf can be looked at`);
    }
    const name = node === undefined ? undefined : this.#nodeOf(node);
    return (await this.#agents.services()).filter((each) => name === undefined || each.node === name);
  }

  serviceCosts(): Promise<ServiceCost[]> {
    return clusterServiceCosts(this.client, this.spec.services, this.network, this.#agents);
  }

  runtimeCosts(): Promise<RuntimeCost[]> {
    return runtimeCosts(this.client, this.nodes);
  }

  ipam(): Promise<IpamView> {
    this.#ipam ??= this.#stack.use(new IpamObserver(this.client, this.spec));
    return this.#ipam.view();
  }

  async kill(target: FaultTarget, node: string | undefined, downMs: number): Promise<void> {
    if (downMs > 0) {
      const message = `A cluster starts ${target} again in its own time: it cannot be kept down for ${downMs} ms`;
      throw new LabError('not-possible-here', message);
    }
    await killComponent(this.client, this.network, target, node && this.#nodeOf(node), this.#isHere);
  }

  async restart(target: FaultTarget, node: string | undefined): Promise<void> {
    await restartComponent(this.client, this.network, target, node && this.#nodeOf(node));
  }

  get #isHere(): boolean {
    return this.#options.here.length > 0;
  }

  /** The node that a scenario calls n1, n2, ..., or that has this very name. */
  #nodeOf(name: string): string {
    if (this.nodes.includes(name)) return name;
    const found = this.nodes[Number(/^n([1-9]\d*)$/.exec(name)?.[1]) - 1];
    if (found !== undefined) return found;
    throw new LabError('bad-spec', `Expected a node of the lab (${this.nodes.join(', ')}), got ${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
