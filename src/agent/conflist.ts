import fs from 'node:fs';
import path from 'node:path';
import { PLUGIN_TYPE } from '../cni/index.ts';
import type { Cidr } from '../ip/index.ts';

const CONFIG_DIR = 'etc/cni/net.d';
const CNI_VERSION = '1.1.0';

/** A network configuration list, as the runtime reads it. */
export interface Conflist {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly object[];
}

/** A configuration for every node: a field whose value is one of {@link NODE_VALUES} gets what the node has. */
export type NodeConflist = Conflist;

/** What differs from node to node, as a network writes it in its configuration. */
export const NODE_VALUES = {
  /** `ranges` of host-local: a set for each CIDR of the node. */
  ranges: '{ranges}',
  /** The same, with the prefix of the cluster's CIDR: pods of all nodes are on one link. */
  sharedRanges: '{sharedRanges}',
  /** `routes`: a default route for each family that the node has. */
  routes: '{routes}',
} as const;

/** Ours: one plugin, which does everything. */
export function churnlabConflist(): Conflist {
  return {
    cniVersion: CNI_VERSION,
    name: 'churnlab',
    plugins: [{ type: PLUGIN_TYPE, capabilities: { portMappings: true, ips: true, mac: true } }],
  };
}

/** The configuration of one node. */
export function fillConflist(
  conflist: NodeConflist,
  { podCidrs, clusterCidrs }: { readonly podCidrs: readonly Cidr[]; readonly clusterCidrs: readonly Cidr[] },
): Conflist {
  const values: Readonly<Record<string, unknown>> = {
    [NODE_VALUES.ranges]: podCidrs.map((cidr) => [{ subnet: String(cidr) }]),
    [NODE_VALUES.sharedRanges]: podCidrs.map((cidr) => [sharedRange(cidr, clusterCidrs)]),
    [NODE_VALUES.routes]: podCidrs.map(({ family }) => ({ dst: family === 'ipv6' ? '::/0' : '0.0.0.0/0' })),
  };
  return JSON.parse(JSON.stringify(conflist), (_key, value) => values[value] ?? value) as Conflist;
}

/** The first address stays free, as the gateway's does elsewhere; the last is a broadcast address for some. */
function sharedRange(cidr: Cidr, clusterCidrs: readonly Cidr[]): object {
  const subnet = clusterCidrs.find((cluster) => cluster.contains(cidr)) ?? cidr;
  const last = cidr.size - 2n;
  return {
    subnet: String(subnet),
    rangeStart: String(cidr.address(2)),
    rangeEnd: String(cidr.address(last)),
  };
}

/** Puts the configuration where the runtime looks for it, whole or not at all. */
export function writeConflist(root: string, conflist: Conflist): void {
  const directory = path.join(root, CONFIG_DIR);
  const file = path.join(directory, `10-${conflist.name}.conflist`);
  fs.mkdirSync(directory, { recursive: true });
  // Not ending in .conflist until it is whole: runtimes read whatever has that ending.
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(conflist, null, 2)}\n`);
  fs.renameSync(`${file}.new`, file);
}
