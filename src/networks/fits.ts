import { KUBE_PROXY_SERVICES } from '../scenario/index.ts';
import type { NetworkFit } from './network.ts';

/** Networks whose pods' packets pass the node's stack, and whose IPAM is host-local inside the node's CIDRs. */
export const THROUGH_THE_NODE: NetworkFit = {
  routings: ['direct'],
  families: ['ipv4', 'ipv6', 'dual'],
  ipamModes: ['cluster-pool', 'range', 'multi-range', 'cloud', 'kcm'],
  services: ['none', ...KUBE_PROXY_SERVICES],
  levels: ['pod', 'cni'],
};

/** Our own, which knows them all. */
export const EVERYTHING: NetworkFit = {
  routings: ['direct', 'vxlan'],
  families: ['ipv4', 'ipv6', 'dual'],
  ipamModes: ['cluster-pool', 'multi-pool', 'range', 'multi-range', 'cloud', 'kcm'],
  services: ['none', 'ebpf', ...KUBE_PROXY_SERVICES],
  levels: ['pod', 'cni'],
};
