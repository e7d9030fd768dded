import { SERVICE_CIDRS } from '../reserved.ts';
import { formatCount, formatDuration, formatRate } from '../schema/quantities.ts';
import type { LabSpec, PoolSpec } from '../spec.ts';
import { listInWords } from './words.ts';

const ROUTING = {
  direct: 'packets to another node take one route per node CIDR',
  vxlan: 'packets to another node go through a VXLAN overlay',
} as const;

/** What is brought up, in sentences. */
export function labInWords(lab: LabSpec): string {
  const nodes = lab.nodes === 1 ? 'One node' : `${formatCount(lab.nodes)} nodes`;
  const zones = lab.zones === undefined ? '' : ` in ${lab.zones === 1 ? 'one zone' : `${lab.zones} zones`}`;
  return [
    `${nodes}${zones}, connected by network ${lab.network}; ${ROUTING[lab.routing]}.`,
    addresses(lab),
    ...allocator(lab),
    ...leases(lab),
    ...services(lab),
  ].join(' ');
}

function addresses({ ipam: { mode, pools } }: LabSpec): string {
  const parts = pools.map((pool) => {
    const piece = `a /${pool.nodeMask} out of ${listInWords(pool.cidrs)}`;
    return mode === 'multi-pool' || mode === 'multi-range'
      ? `${piece} (${pool.name}${selector(pool)})`
      : piece;
  });
  if (mode === 'multi-pool') {
    return `A node gets, for pods of a pool, and again when they need more: ${listInWords(parts)}.`;
  }
  if (mode === 'multi-range' && pools.length > 1) {
    return `Each node gets one of: ${listInWords(parts)}.`;
  }
  return `Each node gets ${listInWords(parts)}.`;
}

function selector({ nodeSelector = {} }: PoolSpec): string {
  const labels = Object.entries(nodeSelector).map(([label, value]) => `${label}=${value}`);
  return labels.length === 0 ? '' : `, for nodes with ${listInWords(labels)}`;
}

function* allocator({ ipam }: LabSpec): Generator<string> {
  const { mode, queue, provider, preAllocate } = ipam;
  switch (mode) {
    case 'cluster-pool':
      return;
    case 'multi-pool':
      yield `It keeps ${formatCount(preAllocate)} free addresses of a pool in hand.`;
      return;
    case 'range':
      yield queue === 'fixed'
        ? 'The operator gives CIDRs by the rules of RangeAllocator, with its older queue: 5,000 long, 30 workers, 3 retries.'
        : 'The operator gives CIDRs by the rules of RangeAllocator.';
      return;
    case 'multi-range':
      yield 'The operator gives CIDRs by the rules of MultiCIDRRangeAllocator.';
      return;
    case 'cloud': {
      const quota =
        provider.quota === undefined ? '' : `, and gives out ${formatCount(provider.quota)} at most`;
      yield `CIDRs come from a provider, which takes ${formatDuration(provider.latency)} over each and ${formatRate(provider.rate)} with a burst of ${formatCount(provider.burst)}${quota}.`;
      return;
    }
    case 'kcm':
      yield 'The real kube-controller-manager gives the CIDRs.';
  }
}

function* leases({ network, ipam: { cooldown, wait, store } }: LabSpec): Generator<string> {
  if (network !== 'churnlab') return;
  if (cooldown > 0) yield `A released address rests for ${formatDuration(cooldown)}.`;
  if (wait > 0) yield `An ADD waits up to ${formatDuration(wait)} for an address.`;
  if (store === 'host-local') yield 'Leases are kept as files, as host-local keeps them.';
}

function* services({ services, serviceCidrs, nodePorts }: LabSpec): Generator<string> {
  yield services === 'none' ? 'Nothing implements Services.' : `Services are implemented by ${services}.`;
  if (serviceCidrs.join() !== SERVICE_CIDRS.join()) {
    yield `Services get addresses of ${listInWords(serviceCidrs)}.`;
  }
  if (nodePorts.first !== 30_000 || nodePorts.last !== 32_767) {
    yield `Node ports are ${nodePorts.first} to ${nodePorts.last}.`;
  }
}
