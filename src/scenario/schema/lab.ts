import { z } from 'zod';
import { duration, field, whole } from './leaf.ts';

export const NETWORKS = ['churnlab', 'bridge', 'ptp', 'flannel'] as const;
export const SERVICES = [
  'ebpf',
  'iptables-legacy',
  'iptables-nft',
  'nftables',
  'ipvs',
  'userspace',
  'network',
  'none',
] as const;
export const ROUTINGS = ['direct', 'vxlan'] as const;
export const IP_FAMILIES = ['ipv4', 'ipv6', 'dual'] as const;

export const nodes = whole(1, 5000);
export const network = z.enum(NETWORKS);
export const services = z.enum(SERVICES);
export const routing = z.enum(ROUTINGS);

/** Pools of a lab whose scenario names none; both families' sizes give each of 256 nodes one CIDR. */
const DEFAULT_POOLS = {
  ipv4: { cidrs: ['10.20.0.0/16'], nodeMask: 24 },
  ipv6: { cidrs: ['fd00:20::/104'], nodeMask: 112 },
} as const;

const A_CIDR = 'a CIDR such as `10.20.0.0/16` or `fd00:20::/104`';

/** What a CIDR looks like, for editors: src/scenario/check/cidrs.ts parses it and says what is wrong. */
const cidr = z.string(A_CIDR).meta({ pattern: '^[0-9a-fA-F:.]+/\\d+$' });

export const pool = z.strictObject({
  cidrs: field(
    z.array(cidr, 'a list of CIDRs, such as `[10.20.0.0/16]`').min(1, 'at least one CIDR'),
    'CIDRs of one family, used in this order: nodes get their parts of the next when one is full.',
    ['10.20.0.0/16', '10.50.0.0/16'],
  ),
  nodeMask: field(
    whole(1, 128),
    'Prefix length of the part that a node gets. The gateway is link-local, so an IPv4 /24 holds 254 pods.',
    24,
  ),
});

const ipam = z.strictObject({
  mode: field(
    z.enum(['cluster-pool']).default('cluster-pool'),
    '`cluster-pool`: the operator cuts a CIDR for each node out of the pools, the agent hands out its addresses.',
  ),
  pools: field(
    z
      .array(pool, 'a list of pools, such as `[{ cidrs: [10.20.0.0/16], nodeMask: 24 }]`')
      .min(1, 'at least one pool')
      .optional(),
    'Where pod addresses come from; one pool per family. Left out: `10.20.0.0/16` with mask 24 and `fd00:20::/104` with mask 112, as `ipFamily` says.',
  ),
  cooldown: field(
    duration.prefault('30s'),
    'How long a released address rests before another pod may get it (network `churnlab`).',
    '10s',
  ),
  allowExhaustion: field(
    z.boolean('`true` or `false`').default(false),
    'The scenario means to run out of addresses. Otherwise needing more than there are is an error.',
  ),
});

export const lab = z
  .strictObject({
    nodes: field(nodes.default(4), 'How many nodes; they are called n1, n2, and so on.', 4),
    network: field(network.default('churnlab'), 'What connects the pods.'),
    routing: field(
      routing.default('direct'),
      'How packets reach another node: `direct` (one route per node CIDR) or `vxlan` (an overlay).',
    ),
    services: field(
      services.default('none'),
      'What implements Services; `network` means the network by its own means.',
    ),
    ipFamily: field(
      z.enum(IP_FAMILIES).optional(),
      'Families of pod addresses. Left out: those of the pools.',
      'dual',
    ),
    ipam: field(ipam.prefault({}), 'Where addresses come from.'),
  })
  .transform(({ ipFamily, ipam: { pools, ...rest }, ...lab }) => {
    const named = pools ?? defaultPools(ipFamily ?? 'ipv4');
    return { ...lab, ipFamily: ipFamily ?? familyOf(named), ipam: { ...rest, pools: named } };
  });

function defaultPools(family: (typeof IP_FAMILIES)[number]) {
  const families = family === 'dual' ? (['ipv4', 'ipv6'] as const) : ([family] as const);
  return families.map((name) => ({
    ...DEFAULT_POOLS[name],
    cidrs: [...DEFAULT_POOLS[name].cidrs] as string[],
  }));
}

function familyOf(pools: readonly { readonly cidrs: readonly string[] }[]): (typeof IP_FAMILIES)[number] {
  const six = pools.filter((pool) => pool.cidrs[0]?.includes(':')).length;
  return six === 0 ? 'ipv4' : six === pools.length ? 'ipv6' : 'dual';
}
