import type { Collected, LinkGone, Refill } from '../agent/index.ts';
import type { FailureClass } from '../cni/index.ts';
import type { ServiceView } from '../datapath/services/index.ts';
import type { ForwardedPort, KubeClient, ObjectMeta, PodPort } from '../kube/index.ts';
import type { Inventory } from '../measure/index.ts';
import type { Network } from '../networks/index.ts';
import type { CniCall, HarnessCost, SandboxOutcome } from '../runtime/index.ts';
import type { LabSpec, Substrate } from '../scenario/index.ts';
import type { TrafficHost } from '../traffic/index.ts';
import type { PodKit } from './pod-kit.ts';

/** A step of bringing a lab up or down, as it happens. */
export type Progress = (step: string) => void;

/** A process of the lab, for people. */
export interface ProcessStatus {
  readonly name: string;
  /** 0 while it waits for its restart. */
  readonly pid: number;
  readonly restarts: number;
  /** CPU time used so far, in seconds. */
  readonly cpuSeconds: number;
  /** Resident memory in bytes. */
  readonly rssBytes: number;
}

export interface PoolStatus {
  readonly cidr: string;
  readonly capacity: number;
  readonly used: number;
  readonly cooling: number;
}

export interface NodeStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly ips: readonly string[];
  readonly pools: readonly PoolStatus[];
  readonly pods: number;
  /** Why the node waits for a CIDR, in the words of who gives them; empty when it does not wait. */
  readonly error: string;
}

export interface LabStatus {
  readonly name: string;
  readonly substrate: Substrate;
  readonly createdAt: string;
  readonly network: string;
  /** Mode of IPAM: who gives nodes their CIDRs. */
  readonly ipam: string;
  readonly services: string;
  readonly apiServer: string;
  readonly kubeconfig: string;
  readonly nodes: readonly NodeStatus[];
  readonly pods: { readonly total: number; readonly running: number; readonly pending: number };
  readonly serviceCount: number;
  readonly processes: readonly ProcessStatus[];
}

/** The pools and who has which piece of them, as far as the API tells. */
export interface IpamView {
  readonly mode: string;
  readonly pools: readonly PoolView[];
  readonly nodes: readonly NodeIpamView[];
  /** Nodes without what they need, longest wait first; `since` where the API says it. */
  readonly waiting: readonly WaitingNode[];
}

/** One CIDR of a pool. */
export interface PoolView {
  readonly pool: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly cidr: string;
  readonly nodeMask: number;
  readonly pieces: {
    readonly total: number;
    readonly used: number;
    /** The largest aligned block of free pieces: 2^k of them that one shorter prefix covers. */
    readonly largestFreeRun: number;
  };
  /** Addresses of pods: room for them, in nodes' CIDRs, given to pods, resting. */
  readonly addresses: {
    readonly capacity: number;
    readonly reserved: number;
    readonly used: number;
    readonly cooling: number;
  };
}

export interface NodeIpamView {
  readonly node: string;
  readonly cidrs: readonly NodeCidrView[];
}

export interface NodeCidrView {
  readonly pool: string;
  readonly cidr: string;
  readonly capacity: number;
  readonly used: number;
  readonly cooling: number;
}

export interface WaitingNode {
  readonly node: string;
  /** RFC 3339; null when nothing says since when. */
  readonly since: string | null;
  readonly reason: string;
  readonly pool?: string;
}

/** Services as the kernel of a node has them. */
export interface NodeServiceView {
  readonly node: string;
  readonly services: readonly ServiceView[];
}

/** What Services cost a node so far; each field where whoever implements them tells it. */
export interface ServiceCost {
  readonly node: string;
  /** How often kube-proxy has written its rules. */
  readonly syncs?: number;
  /** How long that took in all. */
  readonly syncSeconds?: number;
  /** Entries of the fullest map over its size. */
  readonly pressure?: number;
  /** From the agent's first list until its maps were complete, ns. */
  readonly loadNs?: number;
}

/** What can be hit by a fault. */
export type FaultTarget = 'agent' | 'runtime' | 'kube-proxy' | 'node' | 'operator' | 'control-plane';

/** Addresses that a pod has got, or that may be given to the next one; as files of its node tell. */
export interface AddressChange {
  readonly kind: 'granted' | 'released';
  /** CLOCK_MONOTONIC in ns. */
  readonly at: number;
  readonly node: string;
  readonly containerId: string;
  /** `namespace/name`. */
  readonly pod?: string;
  readonly ips: readonly string[];
}

/** A sandbox that got no network, as its kubelet tells of it. */
export interface RefusedSandbox {
  /** When it was told: CLOCK_MONOTONIC in ns. */
  readonly at: number;
  /** `namespace/name`. */
  readonly pod: string;
  readonly node: string;
  readonly class: FailureClass;
  readonly message: string;
}

/** Who listens to the calls of a lab. */
export interface CallFollower {
  onCall(call: CniCall): void;
  /** A link of a released pod is gone; only networks with an agent of ours can say. */
  onLinkGone(gone: LinkGone): void;
  /** A node has got a CIDR of a pool that it lacked; IPAM mode multi-pool only. */
  onRefill(refill: Refill): void;
  /** An agent of ours released what a runtime forgot: a leak, of which no inventory may tell any more. */
  onCollected?(collected: Collected): void;
  /** These only where nobody tells of calls, which say the same. */
  onAddress?(change: AddressChange): void;
  onRefused?(refused: RefusedSandbox): void;
}

/** Drives the plugin alone, as level `cni` does. The lab serialises nothing. */
export interface SandboxDriver {
  /** Starts a program that does nothing, `count` times in a row: what the harness itself costs. */
  measureHarness(count: number): Promise<HarnessCost[]>;
  /** Namespace and ADD. */
  addSandbox(node: string, id: string): Promise<SandboxOutcome>;
  /** DEL, then the namespace goes. */
  removeSandbox(node: string, id: string): Promise<SandboxOutcome>;
}

/** What kubelets and containerds say so far of something that they do: how often, and how long that took in all. */
export interface RuntimeCost {
  readonly node: string;
  readonly metric: 'kubelet.sandbox' | 'containerd.network';
  readonly count: number;
  readonly seconds: number;
}

/** What keeps a lab's packets on the machine. */
export interface Fence {
  /** Packets that would have left it, since the lab is up. */
  dropped(): Promise<number>;
}

/** Programs of ours in pods of a lab. */
export interface InPods {
  /** Of `npm run lab:images`: churnlab. */
  readonly image: string;
  /** A port on the loopback of such a pod, as a unix socket here until the result is disposed of. */
  reach(pod: PodPort): Promise<{ readonly socket: string } & ForwardedPort>;
}

/** What a namespace of a run has so that it goes with its lab, whoever takes that down. */
export type Belonging = Pick<ObjectMeta, 'labels' | 'ownerReferences'>;

/** A lab that is up, as the runner sees it: the same on every substrate. */
export interface Lab extends AsyncDisposable {
  readonly name: string;
  readonly substrate: Substrate;
  readonly spec: LabSpec;
  /** What connects the pods: of one that was brought along, what was found out of it. */
  readonly network: Network;
  readonly nodes: readonly string[];
  readonly client: KubeClient;
  /** What of the lab its spec does not say, for the result: how nodes share processes, versions of a cluster. */
  hosting(): Readonly<Record<string, number | string>>;
  /** Undefined where namespaces go with the lab by themselves. */
  readonly belonging?: Belonging;
  /**
   * Says that a run goes on in it until the result is disposed of, and takes away what a run left that was killed.
   * Absent where a lab is nobody's but this machine's.
   * @throws LabError busy
   */
  occupy?(): Promise<AsyncDisposable>;
  /** Absent where load comes from this machine alone. */
  readonly inPods?: InPods | undefined;
  /** Bound on how far instants told by its nodes were from this machine's clock, in ns; absent: they have the same. */
  readonly clockErrorNs?: number;
  /** Reports every CNI call of every node from now on, as runtime and agent saw it. */
  followCalls(follower: CallFollower): Promise<void>;
  /** What the lab's processes use right now. */
  processes(): Promise<ProcessStatus[]>;
  /** Drives plugins without the API; undefined where nobody but a kubelet does. */
  readonly sandboxes: SandboxDriver | undefined;
  /** Undefined where there is no way out, and so nothing to count. */
  readonly fence: Fence | undefined;
  /** What pods of a run are made of. */
  readonly pods: PodKit;
  /** What traffic from inside the lab needs to know of it. */
  trafficHost(): TrafficHost;
  /** What lies about right now, by kind: the same before and after when nothing is left behind. */
  inventory(): Promise<Inventory>;
  status(): Promise<LabStatus>;
  /** Services of all nodes, or of one; only where the agents implement them (services ebpf). */
  services(node?: string): Promise<NodeServiceView[]>;
  /** What Services cost so far, of each node; empty where nobody implements them. */
  serviceCosts(): Promise<ServiceCost[]>;
  /** What kubelets and containerds have spent on sandboxes so far; empty where there are none. */
  runtimeCosts(): Promise<RuntimeCost[]>;
  /** Pools, pieces, fill and who waits, from API objects alone. */
  ipam(): Promise<IpamView>;
  /** SIGKILL; there is no such process for `downMs`, then it is started again. Resolves when that time is over. */
  kill(target: FaultTarget, node: string | undefined, downMs: number): Promise<void>;
  /** SIGTERM, then a new start. Resolves when the new process runs. */
  restart(target: FaultTarget, node: string | undefined): Promise<void>;
}
