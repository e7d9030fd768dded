import { z } from 'zod';
import { DEFAULT_POOL } from '../../ipam/index.ts';
import { SERVICE_CIDRS } from '../reserved.ts';
import { cidrs, ipam, MULTI_POOL_WAIT_NS } from './ipam.ts';
import { duration, field, text, whole } from './leaf.ts';

/** Those that come with the project: src/networks has a folder for each. */
export const NETWORKS = ['churnlab', 'bridge', 'ptp', 'flannel', 'macvlan', 'chain'] as const;
export type NetworkName = (typeof NETWORKS)[number];
/** Networks that are brought along: a configuration with plugins, a chart, objects; or that were there before. */
const BROUGHT = /^(cni|helm|manifest|existing):.+/;
/** Modes of kube-proxy, which translates addresses in the node's network stack. */
export const KUBE_PROXY_SERVICES = [
  // Which of the two it is, the machine says: src/cli/machine-services.ts.
  'iptables',
  'iptables-legacy',
  'iptables-nft',
  'nftables',
  'ipvs',
  'userspace',
] as const;
export const SERVICES = ['ebpf', ...KUBE_PROXY_SERVICES, 'network', 'none'] as const;
export const ROUTINGS = ['direct', 'vxlan'] as const;
export const IP_FAMILIES = ['ipv4', 'ipv6', 'dual'] as const;

/** More than MAX_NODES only where nothing is brought up: src/scenario/check/limits.ts. */
export const nodes = whole(1, 100_000);
export const network = z.union(
  [
    z.enum(NETWORKS),
    z.string().regex(BROUGHT, {
      abort: true,
    }) as unknown as z.ZodType<`${'cni' | 'helm' | 'manifest' | 'existing'}:${string}`>,
  ],
  `one of ${NETWORKS.map((name) => `\`${name}\``).join(', ')}, \`cni:FILE\`, \`helm:CHART\` or \`manifest:PATH\``,
);
export const services = z.enum(SERVICES);
export const routing = z.enum(ROUTINGS);
export const zones = whole(1, 100);

/** Pools of a lab whose scenario names none; both families' sizes give each of 256 nodes one CIDR. */
const DEFAULT_POOLS = {
  ipv4: { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
  ipv6: { cidrs: ['fd00:20::/104'], nodeMask: 112 },
} as const;

/** `30000-32767`, as kube-apiserver's --service-node-port-range takes it. */
const PORT_RANGE = /^(\d{1,5})-(\d{1,5})$/;
const A_PORT_RANGE = 'a range of ports such as `30000-30015`';
const portRange = z
  .string(A_PORT_RANGE)
  .regex(PORT_RANGE, A_PORT_RANGE)
  .transform((text) => {
    const [, first, last] = PORT_RANGE.exec(text)!;
    return { first: Number(first), last: Number(last) };
  })
  .refine(({ first, last }) => 0 < first && first <= last && last < 2 ** 16, A_PORT_RANGE);

const A_LIST = 'some text or a list of it';
/** One or several, written as a list or in one text. */
const several = (split: (text: string) => string[]) =>
  z.union([text.transform(split), z.array(text).min(1, 'a list that is not empty')], A_LIST);
const files = several((each) => each.split(','));

export const lab = z
  .strictObject({
    nodes: field(nodes.default(4), 'How many nodes; they are called n1, n2, and so on.', 4),
    zones: field(
      zones.optional(),
      'How many zones the nodes are spread over: node i has the label `topology.kubernetes.io/zone: z<1 + (i − 1) mod zones>`. Left out: no such label.',
      2,
    ),
    network: field(
      network.default('churnlab'),
      'What connects the pods: a network of this project, or one that is brought along: `cni:FILE.conflist` with `cniBin`; in a cluster `helm:CHART[@VERSION]`, or `manifest:PATH`, a file of objects or a folder of such files.',
    ),
    cniBin: field(text.optional(), 'Network `cni:`: the folder with its plugins.', './plugins'),
    networkValues: field(
      files.optional(),
      'Network `helm:`: a file with values of the chart, or several.',
      'values.yaml',
    ),
    networkSet: field(
      several((each) => [each]).optional(),
      'Network `helm:`: single values of the chart, as `helm --set` takes them. `{apiServer}` in one is the address of the API server (port 6443).',
      ['ipam.mode=kubernetes'],
    ),
    imageArchives: field(
      files.optional(),
      'Networks `helm:` and `manifest:`: archives of the images that they need (`docker save`, or an OCI layout). Nothing is pulled.',
      ['acme.tar'],
    ),
    routing: field(
      routing.default('direct'),
      'How packets reach another node: `direct` (one route per node CIDR) or `vxlan` (an overlay).',
    ),
    services: field(
      services.default('none'),
      'What implements Services; `iptables` is the flavour that the machine has, `network` the network by its own means.',
    ),
    minSyncPeriod: field(
      duration.optional(),
      'How long kube-proxy waits between two writes of its rules. Left out: its own 1s.',
      '0s',
    ),
    serviceCidrs: field(
      cidrs.optional(),
      `Where Services get their addresses, at most one CIDR per family. Left out: ${SERVICE_CIDRS.map((text) => `\`${text}\``).join(' and ')}.`,
      ['10.96.0.0/28'],
    ),
    nodePorts: field(portRange.prefault('30000-32767'), 'Ports of Services of type NodePort.', '30000-30015'),
    ipFamily: field(
      z.enum(IP_FAMILIES).optional(),
      'Families of pod addresses. Left out: those of the pools.',
      'dual',
    ),
    ipam: field(ipam.prefault({}), 'Where addresses come from.'),
    testing: field(
      z
        .strictObject({ addDelay: field(duration, 'Blocks the agent for so long in each ADD.', '300us') })
        .optional(),
      'To test what compares runs, and for nothing else: an agent that is slower by a known amount. Network churnlab on netns and vm.',
    ),
  })
  .transform(({ ipFamily, serviceCidrs, ipam: { pools, wait, ...rest }, ...lab }) => {
    const named = pools ?? defaultPools(ipFamily ?? 'ipv4');
    return {
      ...lab,
      serviceCidrs: serviceCidrs ?? [...SERVICE_CIDRS],
      ipFamily: ipFamily ?? familyOf(named),
      ipam: { ...rest, wait: wait ?? (rest.mode === 'multi-pool' ? MULTI_POOL_WAIT_NS : 0), pools: named },
    };
  });

type Pools = NonNullable<z.output<typeof ipam>['pools']>;

function defaultPools(family: (typeof IP_FAMILIES)[number]): Pools {
  const families = family === 'dual' ? (['ipv4', 'ipv6'] as const) : ([family] as const);
  return families.map((name) => ({
    name: DEFAULT_POOL,
    ...DEFAULT_POOLS[name],
    cidrs: [...DEFAULT_POOLS[name].cidrs],
  }));
}

function familyOf(pools: Pools): (typeof IP_FAMILIES)[number] {
  const six = pools.filter((pool) => pool.cidrs[0]?.includes(':')).length;
  return six === 0 ? 'ipv4' : six === pools.length ? 'ipv6' : 'dual';
}

/** Whether it comes with the project. */
export function isNetworkName(network: string): network is NetworkName {
  return (NETWORKS as readonly string[]).includes(network);
}
