import { IP_FAMILIES, type LabSpec, labSpec, type Substrate } from '../../scenario/index.ts';

/** What `lab up` is told about the lab. */
export interface UpSpec {
  readonly nodes: number;
  readonly network: LabSpec['network'];
  /** Plugins of network `cni:`. */
  readonly cniBin?: string | undefined;
  /** Files with values of network `helm:`. */
  readonly values?: readonly string[] | undefined;
  /** Single values of it. */
  readonly set?: readonly string[] | undefined;
  /** Images of networks `helm:` and `manifest:`. */
  readonly imageArchive?: readonly string[] | undefined;
  readonly routing: LabSpec['routing'];
  readonly services: LabSpec['services'];
  readonly ipam: LabSpec['ipam']['mode'];
  /** Another word for mode `kcm`. */
  readonly nodeIpam?: 'kcm' | undefined;
  readonly pool?: readonly string[] | undefined;
  /** Families of pods when no pool is named. */
  readonly ipFamily?: LabSpec['ipFamily'] | undefined;
  readonly nodeMask: number;
  readonly nodeMask6: number;
  readonly cooldown: string;
}

/** The lab of `lab up` without options: the one that scenarios/smoke.yaml asks for. */
export const DEFAULTS = {
  nodes: 4,
  network: 'churnlab',
  routing: 'direct',
  services: 'none',
  ipam: 'cluster-pool',
  nodeMask: 22,
  nodeMask6: 112,
  cooldown: '5s',
} as const satisfies UpSpec;

/** What pods have when only their families are named. */
const POOLS: Readonly<Record<LabSpec['ipFamily'], readonly string[]>> = {
  ipv4: ['10.20.0.0/16'],
  ipv6: ['fd00:20::/104'],
  dual: ['10.20.0.0/16', 'fd00:20::/104'],
};

/**
 * What is left out, by substrate. On kind our own Services take kube-proxy's place; with a network of others it is
 * Kubernetes that gives nodes their CIDRs and kube-proxy that is there.
 */
export function defaultsOf(substrate: Substrate, network: LabSpec['network'] = DEFAULTS.network): UpSpec {
  if (substrate !== 'kind') return DEFAULTS;
  const own = { ...DEFAULTS, network, nodes: 3, nodeMask: 24 } as const;
  return network === 'churnlab'
    ? { ...own, services: 'ebpf' }
    : { ...own, services: 'iptables-nft', ipam: 'kcm' };
}

/**
 * The lab that these options describe: CIDRs of both families in one list become a pool each.
 * @throws LabSpecError
 */
export function upSpec(options: UpSpec): LabSpec {
  const { nodes, network, routing, services, nodeMask, nodeMask6, cooldown } = options;
  const { ipFamily = IP_FAMILIES[0], pool = POOLS[ipFamily] } = options;
  const mode = options.nodeIpam ?? options.ipam;
  const [six, four] = [pool.filter((cidr) => cidr.includes(':')), pool.filter((cidr) => !cidr.includes(':'))];
  const pools = [
    ...(four.length > 0 ? [{ cidrs: four, nodeMask }] : []),
    ...(six.length > 0 ? [{ cidrs: six, nodeMask: nodeMask6 }] : []),
  ];
  const { cniBin, values, set, imageArchive } = options;
  return labSpec({
    nodes,
    network,
    ...(cniBin && { cniBin }),
    ...(values && { networkValues: [...values] }),
    ...(set && { networkSet: [...set] }),
    ...(imageArchive && { imageArchives: [...imageArchive] }),
    routing,
    services,
    ipam: { mode, pools, cooldown },
  });
}
