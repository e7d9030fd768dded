import type { NetworkFit } from './network.ts';

/** Whatever translates addresses in the node's network stack. */
const KUBE_PROXY = ['iptables', 'iptables-legacy', 'iptables-nft', 'nftables', 'ipvs', 'userspace'] as const;

/** Networks whose pods' packets pass the node's stack, and whose IPAM is host-local inside the node's CIDRs. */
export const THROUGH_THE_NODE: NetworkFit = {
  routings: ['direct'],
  families: ['ipv4', 'ipv6', 'dual'],
  ipamModes: ['cluster-pool', 'range', 'multi-range', 'cloud', 'kcm'],
  services: ['none', ...KUBE_PROXY],
  levels: ['pod', 'cni'],
};

/** Our own, which knows them all. */
export const EVERYTHING: NetworkFit = {
  routings: ['direct', 'vxlan'],
  families: ['ipv4', 'ipv6', 'dual'],
  ipamModes: ['cluster-pool', 'multi-pool', 'range', 'multi-range', 'cloud', 'kcm'],
  services: ['none', 'ebpf', ...KUBE_PROXY],
  levels: ['pod', 'cni'],
};
