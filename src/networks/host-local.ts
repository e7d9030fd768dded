import { NODE_VALUES } from '../agent/index.ts';

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

export const PORTMAP = { type: 'portmap', capabilities: { portMappings: true } } as const;
