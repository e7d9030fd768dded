import fs from 'node:fs';
import { Cidr, type Family } from '../ip/index.ts';
import { isReady, NODES, type Node } from '../kube/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { BedNode } from './bed/index.ts';
import type { Facts } from './case.ts';
import { ConnectivityError } from './connectivity-error.ts';

/** There when the kernel has br_netfilter; a new network namespace begins with 1. */
const BRIDGE_NETFILTER = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/**
 * The lab as expectations need it, and the two nodes that take part.
 * @throws ConnectivityError not-ready when no node is; KubeError
 */
export async function lookAt({
  client,
  spec,
  network,
}: Lab): Promise<{ facts: Facts; nodes: readonly BedNode[] }> {
  const { items } = await client.list<Node>(NODES);
  const ready = items.filter(isReady);
  if (ready.length === 0) throw new ConnectivityError('not-ready', 'No node is Ready (churnlab lab status)');
  const podFamilies = familiesOf(spec.ipam.pools.flatMap(({ cidrs }) => cidrs));
  const serviceFamilies = familiesOf(spec.serviceCidrs);
  return {
    facts: {
      services: spec.services,
      network: spec.network,
      isBridged: 'bridge' in (network.podLinks ?? {}),
      nodes: ready.length,
      podFamilies,
      serviceFamilies: podFamilies.filter((family) => serviceFamilies.includes(family)),
      bridgeNetfilter: fs.existsSync(BRIDGE_NETFILTER),
    },
    nodes: ready.slice(0, 2).map(({ metadata, status }) => ({
      name: metadata.name!,
      ips: (status?.addresses ?? [])
        .filter(({ type }) => type === 'InternalIP')
        .map(({ address }) => address),
    })),
  };
}

function familiesOf(cidrs: readonly string[]): Family[] {
  const there = new Set(cidrs.map((text) => Cidr.parse(text).cidr.family));
  return FAMILIES.filter((family) => there.has(family));
}
