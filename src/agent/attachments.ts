/** The agent's side of the CNI verbs for one node. */
import {
  alreadyAttached,
  type CniArgs,
  CniError,
  type CniResult,
  checkFailed,
  codeOf,
  gcFailed,
  interfaceExists,
  kernelRefused,
  netnsGone,
  noCidrOnNode,
  nodeCidrFull,
  notAvailable,
  sameNetns,
  unknownContainer,
} from '../cni/index.ts';
import type {
  AddRequest,
  CheckRequest,
  CniBackend,
  DelRequest,
  GcRequest,
  StatusRequest,
} from '../cni/server/index.ts';
import { type Datapath, GATEWAY } from '../datapath/index.ts';
import { Ip } from '../ip/index.ts';
import {
  type AddressQueue,
  type AddressSource,
  type Allocation,
  IpamError,
  type Lease,
  type Owner,
} from '../ipam/index.ts';
import { KernelError, Netns, type RtSocket } from '../kernel/index.ts';
import type { HostPorts } from './host-ports.ts';
import type { LinkIndices } from './link-indices.ts';
import type { LinkSweeper } from './link-sweeper.ts';
import {
  clearPodLink,
  configurePodLink,
  createPodLink,
  linkName,
  type PodLink,
  type PodLinkSpec,
  removePodLink,
} from './pod-link.ts';
import { StageClock, type Work } from './trace.ts';
import { expectedBy, hostLink, podProblems } from './verify.ts';

/** What the verbs work on. */
export interface AttachmentContext {
  readonly node: string;
  readonly root: string;
  readonly netns: Netns;
  readonly socket: RtSocket;
  readonly addresses: AddressSource;
  /** Where an ADD waits for an address, and a release wakes it. */
  readonly queue: AddressQueue;
  /** The pool that a pod's addresses come from, where there are several. */
  readonly poolOf?: (args: CniArgs) => Promise<string>;
  readonly datapath: Datapath;
  readonly sweeper: LinkSweeper;
  readonly indices: LinkIndices;
  readonly hostPorts: HostPorts;
  /** MTU of pods in bytes. */
  readonly mtu: number;
  /** Test only: see AgentConfig. */
  readonly addDelayMs?: number;
  /** Why the node has no CIDR, in the operator's words; empty when it has one or the operator has not spoken. */
  readonly operator: () => { readonly error?: string; readonly reason?: string };
  /** A call's work is done, by verb and container. */
  readonly onStages: (verb: 'ADD' | 'DEL', containerId: string, work: Work) => void;
  readonly onLinkGone: (containerId: string, goneNs: number) => void;
}

export class Attachments implements CniBackend {
  readonly #context: AttachmentContext;

  constructor(context: AttachmentContext) {
    this.#context = context;
  }

  /**
   * Attaches a pod, when its addresses are there. They are decided in memory and their log record is on its way while the
   * kernel works; the answer waits for both. A failure undoes what was done before it is reported.
   */
  async add(request: AddRequest): Promise<CniResult> {
    const clock = new StageClock();
    const owner = ownerOf(request);
    const allocation = await this.#allocate(owner, request);
    clock.mark('ipam');
    const { lease } = allocation;
    const spec: PodLinkSpec = {
      name: linkName(owner.containerId, owner.ifname),
      ifname: owner.ifname,
      ips: lease.ips,
      mtu: request.config.mtu ?? this.#context.mtu,
      ...(request.config.requestedMac ? { mac: macBytes(request.config.requestedMac) } : {}),
    };
    let link: PodLink | undefined;
    try {
      using pod = this.#openPod(request.netns);
      link = this.#createLink(pod, spec, request, allocation.existing);
      block(this.#context.addDelayMs ?? 0);
      clock.mark('link');
      configurePodLink(pod, link, spec);
      clock.mark('addr');
      this.#register(lease, link);
      await this.#context.hostPorts.add(lease.ips, request.config.portMappings);
      clock.mark('map');
      await allocation.durable;
      clock.mark('persist');
    } catch (error) {
      // What an earlier ADD gave is not this one's to take away: the runtime owes a DEL for it.
      if (!allocation.existing) await this.#undo(request, lease, spec, link);
      throw asRefusal(error, `attach ${owner.ifname} of ${owner.containerId}`);
    }
    this.#context.onStages('ADD', owner.containerId, workOn(owner, lease, clock));
    return resultOf(spec, link, request.netns, request.config.dns);
  }

  /**
   * Detaches a pod. When it answers the address answers nowhere any more, the release is durable and the address
   * may be given out again; the link goes later (see {@link LinkSweeper}).
   */
  async del(request: DelRequest): Promise<void> {
    const clock = new StageClock();
    const owner = ownerOf(request);
    const lease = this.#context.addresses.lease(owner);
    const name = linkName(owner.containerId, owner.ifname);
    if (lease) {
      this.#unregister(lease);
      await this.#context.hostPorts.remove(lease.ips, request.config.portMappings);
    }
    clock.mark('map');
    this.#context.sweeper.doom(name, (goneNs) => this.#context.onLinkGone(owner.containerId, goneNs));
    clock.mark('link');
    if (lease) this.#clearPod(request, lease);
    clock.mark('addr');
    await this.#context.queue.release(owner);
    clock.mark('persist');
    this.#context.onStages('DEL', owner.containerId, workOn(owner, lease, clock));
  }

  async check(request: CheckRequest): Promise<void> {
    const owner = ownerOf(request);
    const lease = this.#context.addresses.lease(owner);
    if (!lease) throw unknownContainer(owner.containerId, owner.ifname);
    const problems: string[] = [];
    const name = linkName(owner.containerId, owner.ifname);
    const link = hostLink(this.#context.socket, name);
    if (!link) problems.push(`host-side link ${name} is gone`);
    for (const ip of lease.ips) {
      const entry = this.#context.datapath.endpoint(ip);
      if (!entry) problems.push(`map endpoints has no entry for ${ip}`);
      else if (link && entry.ifindex !== link.index)
        problems.push(`map endpoints sends ${ip} to link ${entry.ifindex}`);
    }
    using pod = this.#openPod(request.netns);
    const expected = expectedBy(request.prevResult, owner.ifname, request.netns);
    const others = expected.ips.filter((ip) => !lease.ips.some((own) => own.equals(ip)));
    problems.push(...expected.problems, ...podProblems(pod, owner.ifname, [...lease.ips, ...others]));
    if (problems.length > 0) throw checkFailed(problems);
  }

  async gc(request: GcRequest): Promise<void> {
    const valid = new Set(
      request.validAttachments.map(({ containerId, ifname }) => `${containerId}/${ifname}`),
    );
    const { addresses } = this.#context;
    const stale = [...addresses.leases()].filter(
      ({ owner: { containerId, ifname } }) => !valid.has(`${containerId}/${ifname}`),
    );
    await this.#forget(stale);
  }

  /**
   * Releases a lease as GC would, if it still stands and its link is still gone. Not while another call for its
   * container is under way. Returns whether it did.
   */
  async collect(lease: Lease): Promise<boolean> {
    const { containerId, ifname } = lease.owner;
    const { addresses, socket } = this.#context;
    if (addresses.lease(lease.owner)?.since !== lease.since) return false;
    if (hostLink(socket, linkName(containerId, ifname))) return false;
    await this.#forget([lease]);
    return true;
  }

  async status(request: StatusRequest): Promise<void> {
    const { addresses, poolOf, node } = this.#context;
    // CIDRs of pools come when a pod needs them.
    if (addresses.cidrs.length === 0 && !poolOf) {
      const refusal = this.#noCidr();
      throw notAvailable(refusal.message, refusal.details);
    }
    const full = addresses
      .stats()
      .find(({ capacity, free, cooling }) => capacity > 0 && free === 0 && cooling === 0);
    if (full && request.config.statusOnExhaustion) {
      throw notAvailable(
        `no free ${full.family} address on node ${node}`,
        'running pods are not affected',
        true,
      );
    }
  }

  async #allocate(owner: Owner, { args, config }: AddRequest): Promise<Allocation> {
    const { queue, poolOf } = this.#context;
    const pool = await poolOf?.(args);
    try {
      const requested = config.requestedIps.map((text) => Ip.parse(text.split('/')[0]!));
      return await queue.allocate(owner, requested, pool);
    } catch (error) {
      if (!(error instanceof IpamError)) throw error;
      if (error.code === 'pool-not-on-node' && pool === undefined) throw this.#noCidr();
      const { error: details } = pool === undefined ? {} : this.#context.operator();
      throw new CniError(codeOf(error.failure), error.message, details, { cause: error });
    }
  }

  #noCidr(): CniError {
    const { node, operator } = this.#context;
    const { error = '', reason } = operator();
    return reason === 'NodeCIDRFull' ? nodeCidrFull(node, error) : noCidrOnNode(node, error);
  }

  #openPod(path: string): Netns {
    let pod: Netns;
    try {
      pod = Netns.open(`${this.#context.root}${path}`);
    } catch (error) {
      throw netnsGone(path, error as Error);
    }
    if (pod.inode !== this.#context.netns.inode) return pod;
    pod[Symbol.dispose]();
    throw sameNetns();
  }

  #createLink(pod: Netns, spec: PodLinkSpec, request: AddRequest, existing: boolean): PodLink {
    const { socket, indices, datapath } = this.#context;
    const create = (): PodLink => {
      const index = indices.next();
      return createPodLink(socket, pod, index, datapath.endpointHook(index), spec);
    };
    try {
      return create();
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== 'EEXIST') throw error;
      const there = hostLink(socket, spec.name) !== undefined;
      if (!there) throw interfaceExists(spec.ifname, request.netns);
      if (existing && podProblems(pod, spec.ifname, spec.ips).length === 0) {
        throw alreadyAttached(request.containerId, spec.ifname);
      }
      // An ADD that a crash cut short left half a link: it is made anew.
      removePodLink(socket, spec.name);
      return create();
    }
  }

  #register(lease: Lease, link: PodLink): void {
    const { datapath } = this.#context;
    for (const ip of lease.ips) {
      datapath.upsertEndpoint({
        address: ip,
        ifindex: link.index,
        podMac: link.podMac,
        hostMac: link.hostMac,
      });
    }
  }

  #unregister(lease: Lease): void {
    for (const ip of lease.ips) this.#context.datapath.deleteEndpoint(ip);
  }

  /** Releases without a DEL, which would say what the pods' host ports are. A failure does not keep the others. */
  async #forget(leases: readonly Lease[]): Promise<void> {
    const { hostPorts, sweeper, queue } = this.#context;
    await hostPorts.forget(leases.flatMap(({ ips }) => ips));
    const failures: string[] = [];
    for (const lease of leases) {
      const { containerId, ifname } = lease.owner;
      try {
        this.#unregister(lease);
        sweeper.doom(linkName(containerId, ifname));
        await queue.release(lease.owner);
      } catch (error) {
        failures.push(`${ifname} of ${containerId}: ${(error as Error).message}`);
      }
    }
    if (failures.length > 0) throw gcFailed(failures);
  }

  #clearPod(request: DelRequest, lease: Lease): void {
    if (request.netns === '') return;
    try {
      using pod = this.#openPod(request.netns);
      clearPodLink(pod, request.ifname, lease.ips);
    } catch (error) {
      // A namespace that is gone has taken its addresses with it.
      if (!(error instanceof CniError)) throw error;
    }
  }

  async #undo(
    request: AddRequest,
    lease: Lease,
    spec: PodLinkSpec,
    link: PodLink | undefined,
  ): Promise<void> {
    this.#unregister(lease);
    await this.#context.hostPorts.remove(lease.ips, request.config.portMappings).catch(() => {});
    if (link) removePodLink(this.#context.socket, spec.name);
    await this.#context.queue.release(lease.owner).catch(() => {});
  }
}

function ownerOf(request: { containerId: string; ifname: string; args: CniArgs }): Owner {
  const { podNamespace, podName } = request.args;
  const pod = podName === undefined ? {} : { pod: `${podNamespace ?? ''}/${podName}` };
  return { containerId: request.containerId, ifname: request.ifname, ...pod };
}

/** A DEL is not told of the pod by every runtime: then the lease knows. */
function workOn(owner: Owner, lease: Lease | undefined, { stages }: StageClock): Work {
  const pod = owner.pod ?? lease?.owner.pod;
  return { ...(pod === undefined ? {} : { pod }), ips: (lease?.ips ?? []).map(String), stages };
}

function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), (part) => Number.parseInt(part, 16));
}

const macText = (mac: Uint8Array): string =>
  [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

function asRefusal(error: unknown, operation: string): unknown {
  if (error instanceof KernelError) return kernelRefused(operation, error);
  if (error instanceof IpamError)
    return new CniError(codeOf(error.failure), error.message, '', { cause: error });
  return error;
}

function resultOf(spec: PodLinkSpec, link: PodLink, sandbox: string, dns: CniResult['dns']): CniResult {
  const any = { ipv4: '0.0.0.0/0', ipv6: '::/0' };
  return {
    interfaces: [
      { name: spec.name, mac: macText(link.hostMac), mtu: spec.mtu },
      { name: spec.ifname, mac: macText(link.podMac), mtu: spec.mtu, sandbox },
    ],
    ips: spec.ips.map((ip) => ({
      address: `${ip}/${ip.family === 'ipv4' ? 32 : 128}`,
      gateway: String(GATEWAY[ip.family]),
      interface: 1,
    })),
    routes: spec.ips.map((ip) => ({ dst: any[ip.family], gw: String(GATEWAY[ip.family]) })),
    ...(dns ? { dns } : {}),
  };
}

/** Holds up everything in this process, as work that takes so long would; timers are too coarse for parts of a ms. */
function block(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
