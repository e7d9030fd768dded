import { NODE_VALUES, type NodeConflist } from '../../agent/index.ts';
import type { NetworkIpam } from '../network.ts';

/** What a configuration that somebody brought along says of its addresses. */
export interface FoundIpam {
  readonly kind: NetworkIpam;
  /** With the node's own CIDRs where host-local has ranges. */
  readonly conflist: NodeConflist;
  /** What could not be found out, or was changed, for people. */
  readonly unknowns: readonly string[];
}

interface Plugin {
  readonly type?: string;
  readonly ipam?: { readonly type?: string; readonly [field: string]: unknown };
}

/** Finds who gives addresses: the first plugin with an `ipam` section says. */
export function readIpam(conflist: NodeConflist): FoundIpam {
  const plugins = conflist.plugins as readonly Plugin[];
  const main = plugins.find(({ ipam }) => ipam?.type !== undefined);
  if (main?.ipam === undefined) {
    const message = `no plugin of ${conflist.name} has an ipam section: who gives its addresses, and how many there are, is not known`;
    return { kind: 'unknown', conflist, unknowns: [message] };
  }
  const { type, subnet, ranges, rangeStart, rangeEnd, gateway, ...rest } = main.ipam;
  if (type !== 'host-local') {
    const message = `IPAM ${type} is not known: no address is checked against pools, and how many there are is not known`;
    return { kind: 'unknown', conflist, unknowns: [message] };
  }
  const ipam = { ...rest, type, ranges: NODE_VALUES.ranges, routes: rest.routes ?? NODE_VALUES.routes };
  const unknowns =
    ranges === NODE_VALUES.ranges
      ? []
      : [
          "ranges of host-local are each node's own CIDR here, since nodes of one range would give an address twice",
        ];
  const filled = plugins.map((plugin) => (plugin === main ? { ...plugin, ipam } : plugin));
  return { kind: 'host-local', conflist: { ...conflist, plugins: filled }, unknowns };
}
