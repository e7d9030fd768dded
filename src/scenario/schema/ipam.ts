import { z } from 'zod';
import { DEFAULT_POOL } from '../../ipam/index.ts';
import { duration, field, label, rate, whole } from './leaf.ts';

export const IPAM_MODES = ['cluster-pool', 'multi-pool', 'range', 'multi-range', 'cloud', 'kcm'] as const;

/** Fields of `lab.ipam` that one mode alone reads. */
export const FIELDS_OF_ONE_MODE = {
  preAllocate: 'multi-pool',
  queue: 'range',
  provider: 'cloud',
} as const satisfies Readonly<Record<string, (typeof IPAM_MODES)[number]>>;

export const ipamMode = z.enum(IPAM_MODES);
export const store = z.enum(['log', 'host-local']);

const A_CIDR = 'a CIDR such as `10.20.0.0/16` or `fd00:20::/104`';

/** What a CIDR looks like, for editors: src/scenario/check/cidrs.ts parses it and says what is wrong. */
export const cidr = z.string(A_CIDR).meta({ pattern: '^[0-9a-fA-F:.]+/\\d+$' });
export const cidrs = z.array(cidr, 'a list of CIDRs, such as `[10.20.0.0/16]`').min(1, 'at least one CIDR');
export const poolName = label(50);
export const nodeMask = whole(1, 128);

export const pool = z.strictObject({
  name: field(
    poolName.default(DEFAULT_POOL),
    'Modes `multi-pool` (an IPPool) and `multi-range` (a ClusterCIDR) only: two entries of one name are its two families.',
    'small',
  ),
  cidrs: field(
    cidrs,
    'CIDRs of one family, used in this order: nodes get their parts of the next when one is full.',
    ['10.20.0.0/16', '10.50.0.0/16'],
  ),
  nodeMask: field(
    nodeMask,
    'Prefix length of the part that a node gets (mode `multi-pool`: gets at a time). The gateway is link-local, so an IPv4 /24 holds 254 pods.',
    24,
  ),
  nodeSelector: field(
    z.record(z.string(), z.string('the value of a label'), 'a map of labels').optional(),
    'Mode `multi-range` only: nodes with these labels may have a part of it. Left out: all nodes.',
    { 'topology.kubernetes.io/zone': 'z1' },
  ),
});

const provider = z.strictObject({
  latency: field(duration.prefault('50ms'), 'How long it takes over each answer.', '50ms'),
  rate: field(rate.prefault('20/s'), 'Requests that it takes; more are answered 429.', '20/s'),
  burst: field(whole(1, 10_000).default(10), 'Requests that it takes at once on top of the rate.', 10),
  quota: field(
    whole(1, 100_000).optional(),
    'CIDRs that it gives out at most. Left out: as many as the pools hold.',
    16,
  ),
});

/** What `wait` is where it is left out, by mode: Cilium's agent waits for a pool to come to the node. */
export const MULTI_POOL_WAIT_NS = 5e9;

export const ipam = z.strictObject({
  mode: field(
    ipamMode.default('cluster-pool'),
    'Who gives nodes their CIDRs. `cluster-pool`: our operator, one a node, like Cilium. `multi-pool`: our operator, more as pods need them, out of several pools. `range`, `multi-range`, `cloud`: our operator by the rules of the Kubernetes allocators of these names. `kcm`: the real kube-controller-manager.',
  ),
  pools: field(
    z
      .array(pool, 'a list of pools, such as `[{ cidrs: [10.20.0.0/16], nodeMask: 24 }]`')
      .min(1, 'at least one pool')
      .optional(),
    'Where pod addresses come from; one pool per family (and name). Left out: `10.20.0.0/16` with mask 24 and `fd00:20::/104` with mask 112, as `ipFamily` says.',
  ),
  cooldown: field(
    duration.prefault('30s'),
    'How long a released address rests before another pod may get it (network `churnlab`).',
    '10s',
  ),
  wait: field(
    duration.optional(),
    'How long an ADD waits for an address, or for its pool to come to the node, before it is refused. Left out: `0s`, and `5s` in mode `multi-pool`.',
    '5s',
  ),
  preAllocate: field(
    whole(0, 10_000).default(8),
    'Mode `multi-pool`: free addresses of a pool that a node keeps in hand.',
    8,
  ),
  store: field(
    store.default('log'),
    'How the agent keeps leases: in a log of its own, or as files like the host-local plugin.',
  ),
  queue: field(
    z.enum(['rate-limited', 'fixed']).default('rate-limited'),
    'Mode `range`: the work queue of Kubernetes 1.34, or the older one: 5,000 long, 30 workers, 3 retries.',
  ),
  provider: field(provider.prefault({}), 'Mode `cloud`: the service that gives out CIDRs.'),
  allowExhaustion: field(
    z.boolean('`true` or `false`').default(false),
    'The scenario means to run out of addresses. Otherwise needing more than there are is an error.',
  ),
});
