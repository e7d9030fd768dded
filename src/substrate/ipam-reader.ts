import { Cidr } from '../ip/index.ts';
import {
  EVENTS,
  type KubeClient,
  type KubeEvent,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../kube/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { ipamView, type PoolCidr } from './ipam-view.ts';
import type { IpamView } from './lab.ts';

/** What every allocator of the field calls the Event about a node that it has no CIDR for. */
const REFUSED = 'reason=CIDRNotAvailable';

/** Asks the API for all that a view of the pools needs. */
export async function readIpam(client: KubeClient, spec: LabSpec): Promise<IpamView> {
  const [nodes, networks, events] = await Promise.all([
    client.list<Node>(NODES),
    client.list<NodeNetwork>(NODE_NETWORKS),
    client.list<KubeEvent>(EVENTS, { fieldSelector: REFUSED }),
  ]);
  return ipamView({
    mode: spec.ipam.mode,
    pools: poolsOf(spec),
    nodes: nodes.items,
    networks: networks.items,
    events: events.items,
  });
}

function poolsOf({ ipam }: LabSpec): PoolCidr[] {
  return ipam.pools.flatMap(({ cidrs, nodeMask }) =>
    cidrs.map((text) => ({ pool: 'default', cidr: Cidr.parse(text).cidr, nodeMask })),
  );
}
