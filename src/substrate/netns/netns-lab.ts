import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentTrace, LinkGone, Refill } from '../../agent/index.ts';
import { IpcClient } from '../../ipc/index.ts';
import { NamespaceDaemon } from '../../kernel/index.ts';
import { connect, type KubeClient } from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import { type Network, networkOf } from '../../networks/index.ts';
import type { CniCall, HarnessCost, SandboxOutcome } from '../../runtime/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { TrafficHost } from '../../traffic/index.ts';
import { IpamObserver } from '../ipam-observer.ts';
import type {
  CallFollower,
  FaultTarget,
  IpamView,
  Lab,
  LabStatus,
  NodeServiceView,
  ProcessStatus,
  RuntimeCost,
  SandboxDriver,
  ServiceCost,
} from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { CallJoiner } from './call-joiner.ts';
import { takeInventory } from './inventory.ts';
import { KUBE_PROXY, kubeProxyMode } from './kube-proxy/index.ts';
import { LabDirectory, type LabRecord } from './lab-directory.ts';
import { nodeIpamProcess } from './node-ipam/index.ts';
import { netnsPods } from './pod-kit.ts';
import { killProcess, restartProcess } from './process-faults.ts';
import { serviceCosts } from './service-costs.ts';
import { labStatus, processStatus } from './status.ts';
import { substrateHere } from './substrate-here.ts';
import { trafficHost } from './traffic-host.ts';

/** A killed process is started again by the supervisor; until then its socket does not answer. */
const RECONNECT_MS = 20;
const RECONNECT_TRIES = 500;

/** What an agent tells its followers: one of these. */
interface AgentReport {
  readonly trace?: AgentTrace;
  readonly linkGone?: LinkGone;
  readonly refill?: Refill;
}

/** A netns lab that is up. Any process of the same user may open it; closing leaves it running. */
export class NetnsLab implements Lab, SandboxDriver {
  readonly substrate = substrateHere();
  readonly pods = netnsPods;
  /** A netns lab has no uplink at all. */
  readonly fence = undefined;
  readonly directory: LabDirectory;
  readonly record: LabRecord;
  readonly client: KubeClient;
  readonly #supervisor: NamespaceDaemon;
  readonly #closing = new AbortController();
  /** Connections to the runtimes, by node. */
  readonly #runtimes = new Map<string, IpcClient>();
  #ipam: IpamObserver | undefined;

  private constructor(directory: LabDirectory, record: LabRecord, supervisor: NamespaceDaemon) {
    this.directory = directory;
    this.record = record;
    this.#supervisor = supervisor;
    this.client = connect({ socketPath: directory.apiSocket, token: directory.token() });
  }

  /**
   * @param home where labs have their directories; beside the sources by default
   * @throws LabError not-up
   */
  static async open(name: string, home?: string): Promise<NetnsLab> {
    const directory = new LabDirectory(name, home);
    const record = directory.read();
    const others = LabDirectory.list(home).filter((other) => new LabDirectory(other, home).read());
    const hint = others.length > 0 ? `; there is ${others.join(', ')}` : '';
    if (!record) throw new LabError('not-up', `Lab ${name} is not up (npm run lab:up)${hint}`);
    try {
      return new NetnsLab(directory, record, await NamespaceDaemon.connect(directory.daemon('supervisor')));
    } catch {
      throw new LabError(
        'not-up',
        `Lab ${name} did not survive: take away what is left (npm run lab:down -- --name ${name})`,
      );
    }
  }

  get name(): string {
    return this.record.name;
  }

  get spec(): LabSpec {
    return this.record.spec;
  }

  get network(): Network {
    return networkOf(this.spec);
  }

  get nodes(): readonly string[] {
    return this.record.nodes.map(({ name }) => name);
  }

  async followCalls(follower: CallFollower): Promise<void> {
    const joiner = new CallJoiner((call) => follower.onCall(call), this.network.traced);
    await Promise.all([
      ...this.record.runtimes.map(({ process }) =>
        this.#follow(process, (call: CniCall) => joiner.call(call)),
      ),
      ...this.record.agents.map(({ process }) =>
        this.#follow(process, ({ trace, linkGone, refill }: AgentReport) => {
          if (trace) joiner.trace(trace);
          if (linkGone) follower.onLinkGone(linkGone);
          if (refill) follower.onRefill(refill);
        }),
      ),
    ]);
  }

  get sandboxes(): SandboxDriver {
    return this;
  }

  hosting(): Readonly<Record<string, number>> {
    return { 'agent processes': this.record.agents.length, 'runtime processes': this.record.runtimes.length };
  }

  processes(): Promise<ProcessStatus[]> {
    return processStatus(this.directory, this.#supervisor, this.record);
  }

  async measureHarness(count: number): Promise<HarnessCost[]> {
    return (await this.#runtime(this.nodes[0]!)).call('harness', { count });
  }

  /** Follows a process over its restarts. */
  async #follow(process: string, onItem: (item: never) => void): Promise<void> {
    const ipc = await this.#connect(process);
    ipc.onClose(() => {
      if (!this.#closing.signal.aborted) this.#follow(process, onItem).catch(() => {});
    });
    this.#closing.signal.addEventListener('abort', () => ipc[Symbol.dispose]());
    await ipc.call('follow', null, onItem);
  }

  async #connect(process: string): Promise<IpcClient> {
    for (let left = RECONNECT_TRIES; ; left--) {
      try {
        return await IpcClient.connect(this.directory.socket(process));
      } catch (error) {
        if (left === 0 || this.#closing.signal.aborted) throw error;
        await sleep(RECONNECT_MS);
      }
    }
  }

  async addSandbox(node: string, id: string): Promise<SandboxOutcome> {
    return (await this.#runtime(node)).call('sandbox.add', { node, id });
  }

  async removeSandbox(node: string, id: string): Promise<SandboxOutcome> {
    return (await this.#runtime(node)).call('sandbox.remove', { node, id });
  }

  trafficHost(): TrafficHost {
    return trafficHost(this.directory, this.record, this.client, async (responder) => {
      const runtimes = this.record.runtimes.map(({ nodes }) => this.#runtime(nodes[0]!));
      await Promise.all(
        (await Promise.all(runtimes)).map((runtime) => runtime.call('answer', { responder })),
      );
    });
  }

  async #runtime(node: string): Promise<IpcClient> {
    const known = this.#runtimes.get(node);
    if (known) return known;
    const ipc = await this.#connect(hostOf(this.record.runtimes, node));
    ipc.onClose(() => this.#runtimes.delete(node));
    this.#runtimes.set(node, ipc);
    return ipc;
  }

  inventory(): Promise<Inventory> {
    return takeInventory(this.directory, this.record, this.client, (process) => this.#connect(process));
  }

  async status(): Promise<LabStatus> {
    return labStatus(this.directory, this.record, this.client, await this.processes(), await this.ipam());
  }

  /** @throws LabError bad-spec when somebody else implements Services here, or there is no such node */
  async services(node?: string): Promise<NodeServiceView[]> {
    const { services } = this.spec;
    if (services !== 'ebpf') {
      throw new LabError('bad-spec', `Lab ${this.name} has services ${services}: only ebpf can be looked at`);
    }
    const processes =
      node === undefined
        ? this.record.agents.map(({ process }) => process)
        : [hostOf(this.record.agents, node)];
    const found = await Promise.all(
      processes.map(async (process) => {
        using ipc = await this.#connect(process);
        return await ipc.call<NodeServiceView[]>('services');
      }),
    );
    return found.flat().filter((each) => node === undefined || each.node === node);
  }

  serviceCosts(): Promise<ServiceCost[]> {
    return serviceCosts(this.record, async (process) => {
      using ipc = await this.#connect(process);
      return await ipc.call('serviceStats');
    });
  }

  /** Our own runtime is clocked call by call. */
  async runtimeCosts(): Promise<RuntimeCost[]> {
    return [];
  }

  ipam(): Promise<IpamView> {
    this.#ipam ??= new IpamObserver(this.client, this.spec);
    return this.#ipam.view();
  }

  async kill(target: FaultTarget, node: string | undefined, downMs: number): Promise<void> {
    await this.#hit(target, node, (daemon, name) => killProcess(daemon, name, downMs));
  }

  async restart(target: FaultTarget, node: string | undefined): Promise<void> {
    await this.#hit(target, node, restartProcess);
  }

  async #hit(
    target: FaultTarget,
    node: string | undefined,
    fault: (daemon: NamespaceDaemon, name: string) => Promise<void>,
  ): Promise<void> {
    const process = this.#ofNode(target);
    if (process === undefined) {
      return await fault(
        this.#supervisor,
        this.#processOf(target as Exclude<FaultTarget, 'kube-proxy'>, node),
      );
    }
    if (node === undefined || !this.nodes.includes(node)) {
      throw new LabError('bad-spec', `Expected a node with a ${process}, got ${node ?? 'none'}`);
    }
    using daemon = await NamespaceDaemon.connect(this.directory.daemon(node));
    await fault(daemon, process);
  }

  /** The process that each node runs for itself; undefined where the supervisor runs it. */
  #ofNode(target: FaultTarget): string | undefined {
    const { spec, network } = this;
    if (target === 'agent') return network.netns?.daemon && network.process;
    if (target !== 'kube-proxy') return undefined;
    if (kubeProxyMode(spec.services)) return KUBE_PROXY;
    throw new LabError('bad-spec', `Expected a lab with kube-proxy, got one with services ${spec.services}`);
  }

  #processOf(target: Exclude<FaultTarget, 'kube-proxy'>, node: string | undefined): string {
    switch (target) {
      case 'agent':
        return hostOf(this.record.agents, node);
      case 'runtime':
        return hostOf(this.record.runtimes, node);
      case 'operator':
        return nodeIpamProcess(this.spec);
      case 'control-plane':
        return target;
      case 'node':
        throw new LabError(
          'bad-spec',
          'A netns lab cannot lose a whole node yet: kill its agent or its runtime',
        );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    for (const ipc of this.#runtimes.values()) ipc[Symbol.dispose]();
    this.#supervisor[Symbol.dispose]();
    await this.#ipam?.[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
  }
}

function hostOf(hosted: LabRecord['agents'], node: string | undefined): string {
  const found = hosted.find(({ nodes }) => node !== undefined && nodes.includes(node));
  if (found) return found.process;
  throw new LabError('bad-spec', `Expected a node of the lab, got ${node ?? 'none'}`);
}
