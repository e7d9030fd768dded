import fs from 'node:fs';
import path from 'node:path';
import { failureClassOf, type NetworkList, PLUGIN_TYPE, type PortMapping } from '../cni/index.ts';
import {
  type Attachment,
  type ChainTiming,
  CniCallError,
  CniRuntime,
  decidedNs,
  type Executor,
  loadFirstNetwork,
} from '../cni/runtime/index.ts';
import { KernelError, type NamespaceDaemon } from '../kernel/index.ts';
import type { Pod } from '../kube/index.ts';
import type { CniCall, HarnessCost, SandboxOutcome } from './cni-call.ts';
import type { RuntimeNode } from './config.ts';
import { Limiter } from './limiter.ts';

const IFNAME = 'eth0';
/** As in the mount namespace of the node, where plugins see it. */
const NETNS_DIR = '/run/netns';
const CONFIG_DIR = '/etc/cni/net.d';
const PLUGIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Sandboxes of a node that are made, and that are removed, at the same time. More would only wait for the kernel's
 * global network lock, and would let an overload feed on itself; pods that wait here wait in `pod.sandbox`.
 */
const AT_ONCE = 8;

/** What one sandbox was made with: an ADD and its DEL must see the same configuration. */
interface Attached {
  readonly network: NetworkList;
  readonly attachment: Attachment;
  readonly ips: readonly string[];
  readonly pod: string | undefined;
}

/** The sandboxes of one node: a network namespace each, attached by whatever CNI network is configured there. */
export class Sandboxes {
  readonly #node: RuntimeNode;
  readonly #daemon: NamespaceDaemon;
  readonly #cniPath: readonly string[];
  readonly #cni: CniRuntime;
  readonly #attached = new Map<string, Attached>();
  readonly #report: (call: CniCall) => void;
  readonly #adding = new Limiter(AT_ONCE);
  readonly #removing = new Limiter(AT_ONCE);
  /** Sandboxes that were there at the start, by the ID of the pod's first one. */
  #left: ReadonlyMap<string, readonly string[]> = new Map();
  #network: NetworkList | undefined;

  constructor(
    node: RuntimeNode,
    daemon: NamespaceDaemon,
    cniPath: readonly string[],
    report: (call: CniCall) => void,
  ) {
    this.#node = node;
    this.#daemon = daemon;
    this.#cniPath = cniPath;
    this.#report = report;
    const executor: Executor = ({ plugin, env, stdin }) => daemon.run({ argv: [plugin], env, stdin });
    this.#cni = new CniRuntime({
      pluginPath: cniPath,
      executor,
      cacheDir: path.join(node.root, 'var/lib/cni'),
      environment: { PATH: PLUGIN_PATH },
    });
  }

  /** ID of a pod's sandbox; each attempt has its own, as in containerd. */
  idOf(uid: string, attempt: number): string {
    const id = uid.replaceAll('-', '');
    return attempt === 0 ? id : `${id}-${attempt}`;
  }

  /** Sandboxes of a pod that an earlier life of the runtime left. */
  existing(uid: string): readonly string[] {
    return this.#left.get(this.idOf(uid, 0)) ?? [];
  }

  /** Whether an ADD succeeded for it and its namespace is there. */
  isAttached(id: string): boolean {
    return this.#attached.has(id) && fs.existsSync(this.#hostPath(id));
  }

  /** IDs of all sandboxes of this node. */
  list(): string[] {
    return [...new Set([...this.#attached.keys(), ...this.#namespaces()])];
  }

  /** Why no pod can be attached right now; undefined when one can. */
  async problem(): Promise<string | undefined> {
    try {
      this.#network = loadFirstNetwork(path.join(this.#node.root, CONFIG_DIR));
    } catch {
      return 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';
    }
    try {
      await this.#cni.statusNetworkList(this.#network);
      return undefined;
    } catch (error) {
      return `container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:${(error as Error).message}`;
    }
  }

  /** Makes a namespace and attaches it. After a failure nothing of it is left. */
  add(id: string, pod?: Pod): Promise<SandboxOutcome> {
    return this.#adding.run(() => this.#add(id, pod));
  }

  async #add(id: string, pod: Pod | undefined): Promise<SandboxOutcome> {
    try {
      await this.#daemon.addNetns(id);
    } catch (error) {
      return failed(error);
    }
    const name = pod && `${pod.metadata.namespace}/${pod.metadata.name}`;
    try {
      const network = this.#requireNetwork();
      const attachment = attachmentOf(id, pod);
      const { result, timing } = await this.#cni.addNetworkList(network, attachment);
      const ips = result.ips.map(({ address }) => address.split('/')[0]!);
      this.#attached.set(id, { network, attachment, ips, pod: name });
      this.#tell('ADD', id, name, timing, { ok: true, ips });
      return { ok: true, ips };
    } catch (error) {
      const outcome = failed(error);
      if (error instanceof CniCallError && error.timing) this.#tell('ADD', id, name, error.timing, outcome);
      await this.#discard(id, pod);
      return outcome;
    }
  }

  /** Detaches and removes the namespace. Fails as a whole, to be tried again. */
  remove(id: string): Promise<SandboxOutcome> {
    return this.#removing.run(() => this.#remove(id));
  }

  async #remove(id: string): Promise<SandboxOutcome> {
    const known = this.#attached.get(id);
    const network = known?.network ?? this.#network;
    try {
      if (network) {
        const attachment = known?.attachment ?? this.#cached(id, network) ?? attachmentOf(id);
        const timing = await this.#cni.delNetworkList(network, attachment);
        this.#tell('DEL', id, known?.pod, timing, { ok: true, ips: known?.ips ?? [] });
      }
      this.#attached.delete(id);
      await this.#daemon.deleteNetns(id).catch(ignoreMissing);
      return { ok: true, ips: known?.ips ?? [] };
    } catch (error) {
      const outcome = failed(error);
      if (error instanceof CniCallError && error.timing)
        this.#tell('DEL', id, known?.pod, error.timing, outcome);
      return outcome;
    }
  }

  /** Clocks a plugin that does nothing (churnlab-cni's VERSION), as ADD and DEL are clocked. */
  async measureHarness(count: number): Promise<HarnessCost[]> {
    const folder = this.#cniPath.find((each) => fs.existsSync(path.join(each, PLUGIN_TYPE)));
    if (folder === undefined) throw new Error(`Expected ${PLUGIN_TYPE} in ${this.#cniPath.join(', ')}`);
    const costs: HarnessCost[] = [];
    for (let i = 0; i < count; i++) {
      const program = path.join(folder, PLUGIN_TYPE);
      const { startedNs, endedNs, stdout } = await this.#daemon.run({
        argv: [program],
        env: { CNI_COMMAND: 'VERSION' },
      });
      JSON.parse(stdout);
      costs.push({ total: Number(process.hrtime.bigint()) - startedNs, kernel: endedNs - startedNs });
    }
    return costs;
  }

  /** Takes over what an earlier life of the runtime left attached; to be called before pods are looked at. */
  restore(): void {
    this.#restoreAttachments();
    this.#left = Map.groupBy(this.list(), (id) => id.split('-')[0]!);
  }

  #restoreAttachments(): void {
    try {
      this.#network = loadFirstNetwork(path.join(this.#node.root, CONFIG_DIR));
    } catch {
      return;
    }
    for (const cached of this.#cni.cachedAttachments()) {
      if (cached.network !== this.#network.name) continue;
      const args = new Map(cached.args ?? []);
      const name = args.get('K8S_POD_NAME');
      this.#attached.set(cached.containerId, {
        network: this.#network,
        attachment: cached,
        ips: this.#ipsOf(this.#network, cached),
        pod: name === undefined ? undefined : `${args.get('K8S_POD_NAMESPACE')}/${name}`,
      });
    }
  }

  /** What an earlier life of the runtime attached it with: its host ports are to go too. */
  #cached(id: string, network: NetworkList): Attachment | undefined {
    return this.#cni.cachedAttachments(id).find((each) => each.network === network.name);
  }

  /** The addresses that ADD gave, so that their release can be told; none when the result cannot be read. */
  #ipsOf(network: NetworkList, attachment: Attachment): string[] {
    try {
      const result = this.#cni.cache.result(network, attachment);
      return (result?.ips ?? []).map(({ address }) => address.split('/')[0]!);
    } catch {
      return [];
    }
  }

  /** Removes sandboxes of pods that went while nobody looked. `uids` are the pods that the node has. */
  async sweep(uids: ReadonlySet<string>): Promise<void> {
    const mine = new Set([...uids].map((uid) => this.idOf(uid, 0)));
    const stray = this.list().filter(
      (id) => /^[0-9a-f]{32}(-\d+)?$/.test(id) && !mine.has(id.split('-')[0]!),
    );
    await Promise.all(stray.map((id) => this.remove(id)));
  }

  #requireNetwork(): NetworkList {
    this.#network ??= loadFirstNetwork(path.join(this.#node.root, CONFIG_DIR));
    return this.#network;
  }

  /** The specification owes a DEL to every ADD, the failed ones first of all. */
  async #discard(id: string, pod: Pod | undefined): Promise<void> {
    if (this.#network) await this.#cni.delNetworkList(this.#network, attachmentOf(id, pod)).catch(() => {});
    await this.#daemon.deleteNetns(id).catch(ignoreMissing);
  }

  #tell(
    verb: 'ADD' | 'DEL',
    containerId: string,
    pod: string | undefined,
    timing: ChainTiming,
    outcome: SandboxOutcome,
  ): void {
    this.#report({
      verb,
      node: this.#node.name,
      containerId,
      ...(pod === undefined ? {} : { pod }),
      startedNs: timing.startedNs,
      endedNs: timing.endedNs,
      decidedNs: decidedNs(timing),
      plugins: timing.plugins.map((each) => ({ type: each.plugin, ns: each.endedNs - each.startedNs })),
      ...outcome,
    });
  }

  #hostPath(id: string): string {
    return path.join(this.#node.root, NETNS_DIR, id);
  }

  #namespaces(): string[] {
    return fs.readdirSync(path.join(this.#node.root, NETNS_DIR));
  }
}

function attachmentOf(containerId: string, pod?: Pod): Attachment {
  const base = { containerId, ifname: IFNAME, netns: `${NETNS_DIR}/${containerId}` };
  if (!pod) return base;
  const { namespace = '', name = '', uid = '' } = pod.metadata;
  const portMappings = portMappingsOf(pod);
  return {
    ...base,
    args: [
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAMESPACE', namespace],
      ['K8S_POD_NAME', name],
      ['K8S_POD_INFRA_CONTAINER_ID', containerId],
      ['K8S_POD_UID', uid],
    ],
    ...(portMappings.length > 0 ? { capabilityArgs: { portMappings } } : {}),
  };
}

function portMappingsOf(pod: Pod): PortMapping[] {
  return pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = 'TCP' }) =>
      hostPort
        ? [{ hostPort, containerPort, protocol: protocol.toLowerCase() as PortMapping['protocol'] }]
        : [],
    ),
  );
}

function failed(error: unknown): SandboxOutcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof KernelError) return { ok: false, ips: [], class: 'kernel-refused', message };
  const cause = error instanceof CniCallError ? error.cniError : undefined;
  return { ok: false, ips: [], class: failureClassOf(cause ?? { message }), message };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof KernelError) || error.code !== 'ENOENT') throw error;
}
