import { NODE_VALUES } from '../agent/index.ts';
import type { NetworkState } from './network.ts';

/** The oldest version that has every verb; the reference plugins since 1.5 speak it. */
export const CNI_VERSION = '1.1.0';

/** Addresses of the node's own CIDRs, a default route for each family. */
export const HOST_LOCAL = {
  type: 'host-local',
  ranges: NODE_VALUES.ranges,
  routes: NODE_VALUES.routes,
} as const;

/** Where host-local keeps a file for each address (its `dataDir`). */
export const HOST_LOCAL_FOLDER = 'var/lib/cni/networks';

/** What pods of a network may have that nobody here has written: looked for before and after. */
export const STATE_OF_OTHERS: NetworkState = {
  folders: [HOST_LOCAL_FOLDER],
  links: ['veth', 'macvlan', 'ipvlan', 'ifb'],
  routes: true,
  rules: true,
  maps: false,
};

export const PORTMAP = { type: 'portmap', capabilities: { portMappings: true } } as const;
