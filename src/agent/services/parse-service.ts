/** From a Service of the API to what is needed of it. */
import type { FrontendSpec, ServiceProtocol } from '../../datapath/services/index.ts';
import { type Family, Ip } from '../../ip/index.ts';
import type { Service } from '../../kube/index.ts';

/** Handled by somebody else (KEP-2447, `service.kubernetes.io/service-proxy-name`). */
const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';
/** As Cilium's `service.cilium.io/lb-algorithm` and `service.cilium.io/forwarding-mode`. */
export const ALGORITHM_ANNOTATION = 'churnlab.dev/lb-algorithm';
export const FORWARDING_ANNOTATION = 'churnlab.dev/forwarding-mode';
/** core/v1 DefaultClientIPServiceAffinitySeconds. */
const AFFINITY_SECONDS = 10_800;
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** What applies to Services that do not say. */
export interface ServiceDefaults {
  readonly algorithm: 'random' | 'maglev';
  readonly forwarding: 'snat' | 'dsr';
}

/** One port of a Service in one family, without its endpoints. */
export interface ParsedPort {
  readonly key: string;
  readonly name: string;
  readonly family: Family;
  readonly protocol: ServiceProtocol;
  readonly frontends: readonly FrontendSpec[];
}

export interface ParsedService {
  readonly ports: readonly ParsedPort[];
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  readonly affinitySeconds: number;
  readonly maglev: boolean;
  readonly dsr: boolean;
}

/** Undefined for a Service that nobody can call by an address: headless, ExternalName, or another proxy's. */
export function parseService(service: Service, defaults: ServiceDefaults): ParsedService | undefined {
  const { metadata, spec } = service;
  const clusterIps = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  if (spec.type === 'ExternalName' || clusterIps.length === 0 || clusterIps[0] === 'None') return undefined;
  if (clusterIps[0] === '' || metadata.labels?.[OTHER_PROXY_LABEL] !== undefined) return undefined;
  const algorithm = metadata.annotations?.[ALGORITHM_ANNOTATION] ?? defaults.algorithm;
  const forwarding = metadata.annotations?.[FORWARDING_ANNOTATION] ?? defaults.forwarding;
  const addresses = [
    ...clusterIps.map((ip) => ({ kind: 'ClusterIP' as const, address: Ip.parse(ip) })),
    ...(spec.externalIPs ?? []).map((ip) => ({ kind: 'ExternalIP' as const, address: Ip.parse(ip) })),
    ...balancerIps(service).map((ip) => ({ kind: 'LoadBalancer' as const, address: Ip.parse(ip) })),
  ];
  const families = FAMILIES.filter((family) =>
    clusterIps.some((ip) => (ip.includes(':') ? 'ipv6' : 'ipv4') === family),
  );
  const ports = families.flatMap((family) =>
    (spec.ports ?? []).flatMap(({ name = '', protocol = 'TCP', port, nodePort }): ParsedPort[] => {
      if (protocol === 'SCTP') return [];
      const own = addresses.filter(({ address }) => address.family === family);
      const frontends: FrontendSpec[] = own.map((each) => ({ ...each, port }));
      if (nodePort) frontends.push({ kind: 'NodePort', address: null, port: nodePort });
      const key = `${metadata.namespace}/${metadata.name}:${name}/${protocol}/${family}`;
      return [{ key, name, family, protocol, frontends }];
    }),
  );
  return {
    ports,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    externalLocal: spec.externalTrafficPolicy === 'Local',
    affinitySeconds: spec.sessionAffinity === 'ClientIP' ? affinityOf(service) : 0,
    maglev: algorithm === 'maglev',
    dsr: forwarding === 'dsr',
  };
}

function affinityOf({ spec }: Service): number {
  const config = spec.sessionAffinityConfig as { clientIP?: { timeoutSeconds?: number } } | undefined;
  return config?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
}

/** Addresses that a load balancer leaves in its packets (KEP-1860: ipMode VIP). */
function balancerIps({ status }: Service): string[] {
  const balancer = status?.loadBalancer as
    | { ingress?: readonly { ip?: string; ipMode?: string }[] }
    | undefined;
  return (balancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? [ip] : []));
}
