import path from 'node:path';
import type { Datapath } from '../../datapath/index.ts';
import { ServiceDatapath } from '../../datapath/services/index.ts';
import { Ip } from '../../ip/index.ts';
import { Netns } from '../../kernel/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { AgentNode, ServicesConfig } from '../config.ts';
import { NodeServices, type NodeServicesOptions } from './node-services.ts';
import { ServiceFeed } from './service-feed.ts';

/** How often flows that have ended are forgotten. */
const SWEEP_MS = 30_000;

/** Services of all nodes of a process. */
export class ProcessServices implements AsyncDisposable {
  readonly nodes: readonly NodeServices[];
  readonly #feed: ServiceFeed;
  #loadNs: number | undefined;
  readonly #cleanup: AsyncDisposableStack;

  private constructor(nodes: readonly NodeServices[], feed: ServiceFeed, cleanup: AsyncDisposableStack) {
    this.nodes = nodes;
    this.#feed = feed;
    this.#cleanup = cleanup;
  }

  /**
   * Takes over what earlier agents left on the nodes; from {@link start} on it is kept in step with the API.
   * Throws as ServiceDatapath.open.
   */
  static open(
    config: ServicesConfig,
    client: KubeClient,
    agents: readonly { readonly node: AgentNode; readonly datapath: Datapath }[],
    options: Pick<NodeServicesOptions, 'onWritten' | 'log'>,
  ): ProcessServices {
    // Dispose of what is there when a later node fails: synchronously, as all of it can be.
    using opened = new DisposableStack();
    const nodes = agents.map(({ node, datapath }) => {
      const services = opened.use(openNode(config, node, datapath));
      return new NodeServices({ ...options, node: node.name, datapath: services });
    });
    const feed = new ServiceFeed(client, { algorithm: 'random', forwarding: 'snat', ...config.defaults });
    for (const node of nodes) feed.follow(node);
    const cleanup = new AsyncDisposableStack();
    cleanup.use(opened.move());
    cleanup.use(feed);
    const timer = setInterval(() => {
      for (const node of nodes) node.sweep();
    }, SWEEP_MS);
    cleanup.defer(() => clearInterval(timer));
    return new ProcessServices(nodes, feed, cleanup);
  }

  /** Resolves when the kernel of every node has what the API has. */
  async start(): Promise<void> {
    const since = process.hrtime.bigint();
    await this.#feed.start();
    this.#loadNs = Number(process.hrtime.bigint() - since);
  }

  /** How long that took, ns: from the first list to complete maps on every node; undefined before. */
  get loadNs(): number | undefined {
    return this.#loadNs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup[Symbol.asyncDispose]();
  }
}

function openNode(config: ServicesConfig, node: AgentNode, datapath: Datapath): ServiceDatapath {
  const { bpfObject, nodePorts, maglevSize, xdp, sizes } = config;
  using netns = Netns.open(node.netns);
  return ServiceDatapath.open({
    datapath,
    netns,
    node: node.name,
    nodeAddresses: node.ips.map((text) => Ip.parse(text)),
    bpffsDirectory: path.join(node.root, 'sys/fs/bpf/churnlab'),
    objectPath: bpfObject,
    cgroup: node.cgroup,
    nodePorts,
    ...(maglevSize === undefined ? {} : { maglevSize }),
    ...(xdp === undefined ? {} : { xdp }),
    ...(sizes === undefined ? {} : { sizes }),
  });
}
