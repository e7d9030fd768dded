/**
 * The kinds the lab works with, cut down to the fields it reads or writes. Names and meanings are Kubernetes'
 * (k8s.io/api: core/v1, discovery/v1, coordination/v1, networking/v1); unknown fields pass through untouched.
 */
import type { Condition, KubeObject } from './types.ts';

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly ContainerPort[];
  readonly resources?: object;
  readonly [field: string]: unknown;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly schedulerName?: string;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds?: number;
  readonly tolerations?: readonly Toleration[];
  readonly containers: readonly Container[];
  readonly [field: string]: unknown;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly image?: string;
  readonly imageID?: string;
  readonly containerID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
    readonly [other: string]: unknown;
  };
  readonly lastState?: object;
}

export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly conditions?: readonly Condition[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly [field: string]: unknown;
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
  readonly timeAdded?: string;
}

export interface Node extends KubeObject {
  readonly spec?: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly Taint[];
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly capacity?: Readonly<Record<string, string>>;
    readonly nodeInfo?: object;
    readonly [field: string]: unknown;
  };
}

export type IpFamily = 'IPv4' | 'IPv6';

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    readonly selector?: Readonly<Record<string, string>>;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly ipFamilies?: readonly IpFamily[];
    readonly ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
    readonly ports?: readonly ServicePort[];
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly externalTrafficPolicy?: 'Cluster' | 'Local';
    readonly internalTrafficPolicy?: 'Cluster' | 'Local';
    readonly sessionAffinity?: 'None' | 'ClientIP';
    readonly publishNotReadyAddresses?: boolean;
    readonly healthCheckNodePort?: number;
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly loadBalancer?: object; readonly conditions?: readonly Condition[] };
}

export interface TargetRef {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: TargetRef;
}

export interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly appProtocol?: string;
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointPort[];
}

export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[];
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions?: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: TargetRef;
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly Endpoint[];
  readonly ports?: readonly EndpointPort[];
}

export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: 'Active' | 'Terminating'; readonly conditions?: readonly Condition[] };
}

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** core/v1 Event, named so that it does not hide the platform's Event. */
export interface KubeEvent extends KubeObject {
  readonly involvedObject: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
  readonly type?: 'Normal' | 'Warning';
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly count?: number;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    /** RFC 3339 with microseconds. */
    readonly renewTime?: string;
    readonly acquireTime?: string;
    readonly leaseTransitions?: number;
  };
}

export interface IpAddress extends KubeObject {
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string;
      readonly resource: string;
      readonly namespace?: string;
      readonly name: string;
    };
  };
}

/** CIDRs that one pool of a node has. */
export interface PoolCidrs {
  readonly pool: string;
  readonly cidrs: readonly string[];
}

/** How many addresses a node wants to have of a pool, per family. */
export interface PoolRequest {
  readonly pool: string;
  readonly needed: { readonly ipv4?: number; readonly ipv6?: number };
}

/** churnlab.dev/v1alpha1: a node's share of the pod network. Named after its node. */
export interface NodeNetwork extends KubeObject {
  readonly spec: {
    /** All CIDRs of the node: written by the operator, in the order in which they were handed out; with pools, by the agent. */
    readonly podCIDRs?: readonly string[];
    /** Written by the agent: the node's addresses on the fabric, one per family. */
    readonly nodeIPs?: readonly string[];
    /** With IPAM mode multi-pool: who writes what is in docs/ipam.md. */
    readonly pools?: {
      /** Written by the agent. */
      readonly requested?: readonly PoolRequest[];
      /** The operator adds, the agent removes. */
      readonly allocated?: readonly PoolCidrs[];
    };
  };
  readonly status?: {
    readonly operator?: {
      readonly error?: string;
      readonly reason?: '' | 'NodeCIDRFull' | 'NodeCIDRConflict' | 'PoolFull' | 'PoolNotFound';
      readonly since?: string;
    };
    readonly ipam?: {
      readonly families: readonly {
        readonly family: 'ipv4' | 'ipv6';
        readonly capacity: number;
        readonly used: number;
        readonly cooling: number;
      }[];
      /** Fill of each CIDR; pool is empty in modes without pools. */
      readonly cidrs?: readonly {
        readonly cidr: string;
        readonly pool: string;
        readonly capacity: number;
        readonly used: number;
        readonly cooling: number;
      }[];
    };
  };
}

/** CIDRs of one family of a pool, which are cut into pieces of one size. */
export interface IpPoolFamily {
  readonly cidrs: readonly string[];
  /** Prefix length of a piece; a node gets pieces one at a time. Cannot be changed. */
  readonly maskSize: number;
}

/** churnlab.dev/v1alpha1: addresses that pods choose by name, shared by all nodes. */
export interface IpPool extends KubeObject {
  readonly spec: { readonly ipv4?: IpPoolFamily; readonly ipv6?: IpPoolFamily };
  /** Written by the operator. */
  readonly status?: {
    /** Why the pool, or what was changed of it, is not in use. */
    readonly error?: string;
  };
}

/** core/v1 NodeSelectorRequirement. */
export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[] | undefined;
}

/** churnlab.dev/v1alpha1, with the fields and meanings of networking.k8s.io/v1alpha1: CIDRs for nodes of some labels. */
export interface ClusterCidr extends KubeObject {
  readonly spec: {
    /** Bits of a node's CIDR behind its mask, in both families. */
    readonly perNodeHostBits: number;
    readonly ipv4?: string | undefined;
    readonly ipv6?: string | undefined;
    /** Left out: for nodes that no other ClusterCIDR has room for. */
    readonly nodeSelector?:
      | {
          readonly nodeSelectorTerms: readonly {
            readonly matchExpressions?: readonly NodeSelectorRequirement[] | undefined;
            readonly matchFields?: readonly NodeSelectorRequirement[] | undefined;
          }[];
        }
      | undefined;
  };
}
