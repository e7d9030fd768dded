import type { Family, Ip } from '../../ip/index.ts';

export type ServiceProtocol = 'TCP' | 'UDP';

/** What clients call. A node port has no address: it is at every address of the node. */
export interface FrontendSpec {
  readonly kind: 'ClusterIP' | 'NodePort' | 'ExternalIP' | 'LoadBalancer';
  /** Null for a node port. */
  readonly address: Ip | null;
  readonly port: number;
}

/** One address behind a service port, with its conditions in the API. */
export interface EndpointSpec {
  readonly address: Ip;
  readonly port: number;
  /** Name of its node; undefined for an address that is on none. */
  readonly node: string | undefined;
  readonly ready: boolean;
  /** Answers, whether or not it is to get new connections. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/**
 * One port of a Service in one family: what is programmed as a unit. It is the same for all nodes, which may share it;
 * what is local is seen by the node's name.
 */
export interface ServicePortSpec {
  /** Unique: `namespace/name:port/protocol/family`. */
  readonly key: string;
  readonly family: Family;
  readonly protocol: ServiceProtocol;
  readonly frontends: readonly FrontendSpec[];
  readonly endpoints: readonly EndpointSpec[];
  /** internalTrafficPolicy Local: calls to the cluster IP stay on the node. */
  readonly internalLocal: boolean;
  /** externalTrafficPolicy Local: calls from outside to other frontends stay on the node. */
  readonly externalLocal: boolean;
  /** Seconds that a client stays with its endpoint (sessionAffinity ClientIP); 0 without. */
  readonly affinitySeconds: number;
  /** Choose by the packet's ends instead of at random, where packets are translated. */
  readonly maglev: boolean;
  /** Endpoints on other nodes answer clients outside themselves (direct server return). */
  readonly dsr: boolean;
}
