import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CniServer, DelQueue, serveCni } from '../cni/server/index.ts';
import { Datapath } from '../datapath/index.ts';
import { Cidr, Ip } from '../ip/index.ts';
import { AddressQueue, type AddressSource, type MultiPoolSource } from '../ipam/index.ts';
import { getLink, Netns, parseLink, RtSocket, setSysctls } from '../kernel/index.ts';
import type { Informer, KubeClient, Namespace, NodeNetwork } from '../kube/index.ts';
import { openAddresses, openPools } from './address-source.ts';
import { Attachments } from './attachments.ts';
import { CallTracer } from './call-tracer.ts';
import type { AgentNode, AgentSettings } from './config.ts';
import { churnlabConflist, writeConflist } from './conflist.ts';
import { HostPorts, inNetns } from './host-ports.ts';
import { LinkIndices } from './link-indices.ts';
import { LinkSweeper } from './link-sweeper.ts';
import { LostAttachments } from './lost-attachments.ts';
import type { ClusterPools } from './multi-pool/cluster-pools.ts';
import { PodPools } from './multi-pool/pod-pools.ts';
import { PoolSync } from './multi-pool/pool-sync.ts';
import { announce, podCidrs, reportFill } from './node-network.ts';
import { followPeers } from './peers.ts';
import type { AgentTrace, Collected, Refill, RefusedCall } from './trace.ts';

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
  /** With CIDRs by pool; shared and started like `networks`. */
  readonly pools?: { readonly cluster: ClusterPools; readonly namespaces: Informer<Namespace> };
  readonly onTrace: (trace: AgentTrace) => void;
  readonly onRefused: (refused: RefusedCall) => void;
  readonly onLinkGone: (node: string, containerId: string, goneNs: number) => void;
  readonly onRefill: (refill: Refill) => void;
  readonly onCollected: (collected: Collected) => void;
  readonly log: (message: string, detail?: unknown) => void;
}

/** The agent of one node: serves its CNI calls and keeps its datapath in step with the cluster. */
export class NodeAgent implements AsyncDisposable {
  readonly node: AgentNode;
  readonly datapath: Datapath;
  readonly addresses: AddressSource;
  readonly #dependencies: AgentDependencies;
  readonly #cleanup: AsyncDisposableStack;
  readonly #stop = new AbortController();
  readonly #queue: AddressQueue;
  readonly #tracer: CallTracer;
  readonly #clusterCidrs: readonly Cidr[];
  /** With CIDRs by pool. */
  #pools: { readonly cluster: ClusterPools; readonly sync: PoolSync; readonly pods: PodPools } | undefined;
  #operator: { readonly error?: string; readonly reason?: string } = {};
  #reported = '[]';
  #forgetGonePeers = (): void => {};
  #listen = async (): Promise<void> => {};

  private constructor(
    node: AgentNode,
    config: AgentSettings,
    datapath: Datapath,
    addresses: AddressSource,
    dependencies: AgentDependencies,
    cleanup: AsyncDisposableStack,
  ) {
    this.node = node;
    this.datapath = datapath;
    this.addresses = addresses;
    this.#dependencies = dependencies;
    this.#cleanup = cleanup;
    this.#clusterCidrs = config.clusterCidrs.map((text) => Cidr.parse(text).cidr);
    this.#tracer = new CallTracer(node.name, dependencies);
    this.#queue = new AddressQueue({
      source: addresses,
      waitMs: config.waitMs,
      onShortage: (owner, pool) => this.#pools?.sync.shortage(owner, pool!),
    });
  }

  /**
   * Takes the node over: restores who has which address and sets the datapath up. CNI calls are answered from
   * {@link serve} on; until then plugins wait.
   */
  static async start(
    config: AgentSettings,
    node: AgentNode,
    dependencies: AgentDependencies,
  ): Promise<NodeAgent> {
    await using stack = new AsyncDisposableStack();
    const netns = stack.use(Netns.open(node.netns));
    const socket = stack.use(RtSocket.open(netns));
    // Links get no IPv6 address by themselves: on a pod's host side nobody needs one, and each would be announced.
    setSysctls(netns, { 'ipv6/conf/default/addr_gen_mode': 1 });
    const state = path.join(node.root, STATE_DIR);
    const multiPool = dependencies.pools && stack.use(await openPools(state, config));
    const addresses = multiPool ?? stack.use(await openAddresses(node.root, state, config));
    const uplink = parseLink(socket.request(getLink({ name: node.uplink }))[0]![0]!);
    const datapath = stack.use(
      Datapath.open({
        netns,
        bpffsDirectory: path.join(node.root, 'sys/fs/bpf/churnlab'),
        objectPath: config.bpfObject,
        uplinkIndex: uplink.index,
        routing: config.routing,
        shortCuts: config.shortCuts,
        nodeAddresses: node.ips.map((text) => Ip.parse(text)),
      }),
    );
    const sweeper = stack.use(new LinkSweeper(socket, node.root));
    const agent = new NodeAgent(node, config, datapath, addresses, dependencies, stack.move());
    const backend = new Attachments({
      node: node.name,
      root: node.root,
      netns,
      socket,
      addresses,
      queue: agent.#queue,
      ...(multiPool ? { poolOf: (args) => agent.#pools!.pods.poolOf(args) } : {}),
      datapath,
      sweeper,
      indices: new LinkIndices(socket),
      hostPorts: new HostPorts(inNetns(netns), () => agent.#podPrefixes),
      mtu: datapath.podMtu,
      ...(config.addDelayMs === undefined ? {} : { addDelayMs: config.addDelayMs }),
      operator: () => agent.#operator,
      onStages: (verb, containerId, stages) => {
        agent.#tracer.worked(verb, containerId, stages);
        agent.#pools?.sync.used();
      },
      onLinkGone: (containerId, goneNs) => dependencies.onLinkGone(node.name, containerId, goneNs),
    });
    agent.#forgetStaleEndpoints();
    if (multiPool) agent.#followPools(multiPool);
    agent.#followOwn();
    agent.#forgetGonePeers = followPeers(
      datapath,
      node,
      dependencies.networks,
      config.routing,
      dependencies.log,
    );
    agent.#listen = async () => {
      const server = await agent.#listenAt(state, backend);
      if (config.collectMs !== undefined) void agent.#collect(config.collectMs, server, backend);
    };
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
    await this.#pools?.pods.start();
    await this.#listen();
    this.#pools?.sync.restored();
  }

  /** Prefixes of all pods of the cluster. */
  get #podPrefixes(): readonly Cidr[] {
    return this.#pools?.cluster.cidrs ?? this.#clusterCidrs;
  }

  /** Addresses that a crash left in the map although their release was durable. */
  #forgetStaleEndpoints(): void {
    for (const { address } of this.datapath.endpoints()) {
      if (!this.addresses.leaseOf(address)) this.datapath.deleteEndpoint(address);
    }
  }

  #followOwn(): void {
    let configured = '';
    const own = (network: NodeNetwork): void => {
      if (network.metadata.name !== this.node.name) return;
      this.#operator = network.status?.operator ?? {};
      if (this.#pools) {
        this.#pools.sync.see(network);
        return;
      }
      const cidrs = podCidrs(network);
      if (cidrs.length === 0 || cidrs.join() === configured) return;
      this.addresses.grow(cidrs);
      this.#configure(cidrs);
      this.#queue.wake();
      configured = cidrs.join();
    };
    this.#dependencies.networks.onAdd(own).onUpdate(own);
  }

  #followPools(source: MultiPoolSource): void {
    const { client, pools, onRefill, log } = this.#dependencies;
    const { cluster, namespaces } = pools!;
    const node = this.node.name;
    const sync = this.#cleanup.use(
      new PoolSync({
        client,
        node,
        source,
        pools: cluster,
        onCidrs: (cidrs) => this.#configure(cidrs),
        onUsable: () => this.#queue.wake(),
        onRefill,
        onError: (error) => log(`pools of ${node}: ${(error as Error).message}`),
      }),
    );
    const onGone = (pod: string): void => source.demand.forgetPod(pod);
    const pods = this.#cleanup.use(new PodPools({ client, node, namespaces, onGone }));
    this.#pools = { cluster, sync, pods };
  }

  /** Makes ways for the node's CIDRs; with them the runtime may send pods. */
  #configure(cidrs: readonly Cidr[]): void {
    const masquerade = this.#pools ? 'cluster' : true;
    this.datapath.configure({ podCidrs: cidrs, clusterCidrs: this.#podPrefixes, masquerade });
    writeConflist(this.node.root, churnlabConflist());
  }

  async #listenAt(state: string, backend: Attachments): Promise<CniServer> {
    const server = await serveCni(
      {
        listen: { socketPath: path.join(state, 'cni.sock') },
        queue: new DelQueue(path.join(this.node.root, 'var/lib/cni/churnlab/queue')),
        onCall: (call) => {
          const { command, containerId, error } = call;
          if (error) this.#dependencies.log(`${command} ${containerId}: ${error.message}`, error.details);
          this.#tracer.answered(call);
        },
      },
      backend,
    );
    this.#cleanup.use(server);
    await server.replay;
    return server;
  }

  async #report(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const text = JSON.stringify(this.addresses.cidrStats());
      if (text !== this.#reported) {
        try {
          await reportFill(this.#dependencies.client, this.node.name, this.addresses);
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

  async #collect(everyMs: number, server: CniServer, backend: Attachments): Promise<void> {
    const lost = new LostAttachments(this.node.root);
    const { log, onCollected } = this.#dependencies;
    while (!this.#stop.signal.aborted) {
      try {
        for (const lease of lost.look(this.addresses.leases())) {
          const { containerId, ifname, pod } = lease.owner;
          if (!(await server.alone(containerId, () => backend.collect(lease)))) continue;
          const ips = lease.ips.map(String);
          log(`${ips} released: link of ${pod ?? containerId} gone without DEL`, { containerId, ifname });
          const what = { node: this.node.name, containerId, ifname, ...(pod && { pod }), ips };
          onCollected({ ...what, collectedNs: Number(process.hrtime.bigint()) });
        }
      } catch (error) {
        // The next round tries again.
        log(`collect on ${this.node.name}: ${(error as Error).message}`);
      }
      await this.#pause(everyMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  /** Ends calls in progress and lets go of the node. Its pods keep their network. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    // Who waits for an address would hold up the end of the calls.
    this.#queue[Symbol.dispose]();
    await this.#cleanup[Symbol.asyncDispose]();
  }
}
