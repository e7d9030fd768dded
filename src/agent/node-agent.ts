import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DelQueue, serveCni } from '../cni/server/index.ts';
import { Datapath } from '../datapath/index.ts';
import { Cidr, Ip } from '../ip/index.ts';
import { AllocationLog, type FamilyStats, HostAllocator, type HostRecord } from '../ipam/index.ts';
import { getLink, Netns, parseLink, RtSocket, setSysctls } from '../kernel/index.ts';
import type { Informer, KubeClient } from '../kube/index.ts';
import { Attachments } from './attachments.ts';
import type { AgentConfig, AgentNode } from './config.ts';
import { churnlabConflist, writeConflist } from './conflist.ts';
import { HostPorts, inNetns } from './host-ports.ts';
import { LinkIndices } from './link-indices.ts';
import { LinkSweeper } from './link-sweeper.ts';
import { announce, type NodeNetwork, podCidrs, reportFill } from './node-network.ts';
import { followPeers } from './peers.ts';
import type { AgentTrace, Stages } from './trace.ts';

/** How often the fill is written to the API while it changes. */
const REPORT_MS = 2000;
/** How often flows of pods that have gone are forgotten: an entry too many costs its place in the map and nothing else. */
const SWEEP_MS = 30_000;
/** State that must live as long as the pods do, and no longer: /run is gone after a restart of the machine, as they are. */
const STATE_DIR = 'run/churnlab';

export interface AgentDependencies {
  readonly client: KubeClient;
  /** All NodeNetworks, shared by the agents of a process; started by the caller. */
  readonly networks: Informer<NodeNetwork>;
  readonly onTrace: (trace: AgentTrace) => void;
  readonly onLinkGone: (node: string, containerId: string, goneNs: number) => void;
  readonly log: (message: string, detail?: unknown) => void;
}

/** The agent of one node: serves its CNI calls and keeps its datapath in step with the cluster. */
export class NodeAgent implements AsyncDisposable {
  readonly node: AgentNode;
  readonly datapath: Datapath;
  readonly allocator: HostAllocator;
  readonly #dependencies: AgentDependencies;
  readonly #cleanup: AsyncDisposableStack;
  readonly #stop = new AbortController();
  readonly #stages = new Map<string, Stages>();
  #operator: { readonly error?: string; readonly reason?: string } = {};
  #reported = '';
  #forgetGonePeers = (): void => {};
  #listen = async (): Promise<void> => {};

  private constructor(
    node: AgentNode,
    datapath: Datapath,
    allocator: HostAllocator,
    dependencies: AgentDependencies,
    cleanup: AsyncDisposableStack,
  ) {
    this.node = node;
    this.datapath = datapath;
    this.allocator = allocator;
    this.#dependencies = dependencies;
    this.#cleanup = cleanup;
  }

  /**
   * Takes the node over: restores who has which address and sets the datapath up. CNI calls are answered from
   * {@link serve} on; until then plugins wait.
   */
  static async start(
    config: AgentConfig,
    node: AgentNode,
    dependencies: AgentDependencies,
  ): Promise<NodeAgent> {
    await using stack = new AsyncDisposableStack();
    const netns = stack.use(Netns.open(node.netns));
    const socket = stack.use(RtSocket.open(netns));
    // Links get no IPv6 address by themselves: on a pod's host side nobody needs one, and each would be announced.
    setSysctls(netns, { 'ipv6/conf/default/addr_gen_mode': 1 });
    const clusterCidrs = config.clusterCidrs.map((text) => Cidr.parse(text).cidr);
    const state = path.join(node.root, STATE_DIR);
    const store = new AllocationLog<HostRecord>(path.join(state, 'ipam.log'));
    const allocator = stack.use(
      await HostAllocator.open({
        families: [...new Set(clusterCidrs.map(({ family }) => family))],
        store,
        cooldownMs: config.cooldownMs,
      }),
    );
    const uplink = parseLink(socket.request(getLink({ name: node.uplink }))[0]![0]!);
    const datapath = stack.use(
      Datapath.open({
        netns,
        bpffsDirectory: path.join(node.root, 'sys/fs/bpf/churnlab'),
        objectPath: config.bpfObject,
        uplinkIndex: uplink.index,
        routing: config.routing,
        nodeAddresses: node.ips.map((text) => Ip.parse(text)),
      }),
    );
    const sweeper = stack.use(new LinkSweeper(socket, node.root));
    const agent = new NodeAgent(node, datapath, allocator, dependencies, stack.move());
    const backend = new Attachments({
      node: node.name,
      root: node.root,
      netns,
      socket,
      allocator,
      datapath,
      sweeper,
      indices: new LinkIndices(socket),
      hostPorts: new HostPorts(inNetns(node.netns), clusterCidrs),
      mtu: datapath.podMtu,
      operator: () => agent.#operator,
      onStages: (verb, containerId, stages) => agent.#stages.set(`${verb} ${containerId}`, stages),
      onLinkGone: (containerId, goneNs) => dependencies.onLinkGone(node.name, containerId, goneNs),
    });
    agent.#forgetStaleEndpoints();
    agent.#followOwn(clusterCidrs);
    agent.#forgetGonePeers = followPeers(datapath, node.name, dependencies.networks, config.routing);
    agent.#listen = () => agent.#listenAt(state, backend);
    void announce(dependencies.client, node.name, node.ips, agent.#stop.signal);
    void agent.#report();
    void agent.#sweep();
    return agent;
  }

  /**
   * Answers CNI calls, those that were queued meanwhile first. To be called once all NodeNetworks are known: an agent
   * that comes back would refuse pods for want of the CIDR that its node has.
   */
  async serve(): Promise<void> {
    this.#forgetGonePeers();
    await this.#listen();
  }

  /** Fill of each family. */
  stats(): FamilyStats[] {
    return this.allocator.stats();
  }

  /** Addresses that a crash left in the map although their release was durable. */
  #forgetStaleEndpoints(): void {
    for (const { address } of this.datapath.endpoints()) {
      if (!this.allocator.leaseOf(address)) this.datapath.deleteEndpoint(address);
    }
  }

  #followOwn(clusterCidrs: readonly Cidr[]): void {
    let configured = '';
    const own = (network: NodeNetwork): void => {
      if (network.metadata.name !== this.node.name) return;
      this.#operator = network.status?.operator ?? {};
      const cidrs = podCidrs(network);
      if (cidrs.length === 0 || cidrs.join() === configured) return;
      this.allocator.grow(cidrs);
      this.datapath.configure({ podCidrs: cidrs, clusterCidrs, masquerade: true });
      configured = cidrs.join();
      // The runtime may send pods from now on.
      writeConflist(this.node.root, churnlabConflist());
    };
    this.#dependencies.networks.onAdd(own).onUpdate(own);
  }

  async #listenAt(state: string, backend: Attachments): Promise<void> {
    const server = await serveCni(
      {
        listen: { socketPath: path.join(state, 'cni.sock') },
        queue: new DelQueue(path.join(this.node.root, 'var/lib/cni/churnlab/queue')),
        onCall: ({ command, containerId, acceptedNs, startedNs, endedNs, error }) => {
          if (error) this.#dependencies.log(`${command} ${containerId}: ${error.message}`, error.details);
          const key = `${command} ${containerId}`;
          const stages = this.#stages.get(key);
          this.#stages.delete(key);
          if (!stages || startedNs === undefined) return;
          const verb = command!;
          this.#dependencies.onTrace({
            verb,
            node: this.node.name,
            containerId: containerId!,
            acceptedNs,
            startedNs,
            endedNs,
            stages,
          });
        },
      },
      backend,
    );
    this.#cleanup.use(server);
    await server.replay;
  }

  async #report(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const stats = this.stats();
      const text = JSON.stringify(stats);
      if (this.allocator.cidrs.length > 0 && text !== this.#reported) {
        try {
          await reportFill(this.#dependencies.client, this.node.name, stats);
          this.#reported = text;
        } catch {
          // The next round says it again.
        }
      }
      await this.#pause(REPORT_MS);
    }
  }

  async #sweep(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#pause(SWEEP_MS);
      if (!this.#stop.signal.aborted) this.datapath.sweepStackFlows();
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Ends calls in progress and lets go of the node. Its pods keep their network. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#cleanup[Symbol.asyncDispose]();
  }
}
