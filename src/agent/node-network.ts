import { setTimeout as sleep } from 'node:timers/promises';
import { Cidr } from '../ip/index.ts';
import type { AddressSource } from '../ipam/index.ts';
import {
  isReason,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
} from '../kube/index.ts';

const RETRY_MS = 50;

/** The node's prefixes; none while the operator says that the ones it lists are not its own. */
export function podCidrs({ spec = {}, status }: NodeNetwork): Cidr[] {
  if (status?.operator?.reason === 'NodeCIDRConflict') return [];
  // What pools give a node is there before its agent has summed it up.
  const given = (spec.pools?.allocated ?? []).flatMap(({ cidrs }) => cidrs);
  return Array.from(new Set([...(spec.podCIDRs ?? []), ...given]), (text) => Cidr.parse(text).cidr);
}

/**
 * Makes the node's object once the node is registered, or brings the addresses of the one that is there up to date.
 * Throws KubeError NotFound while there is no such node.
 */
async function announceOnce(client: KubeClient, node: string, nodeIPs: readonly string[]): Promise<void> {
  const { metadata } = await client.get<Node>(NODES, node);
  const owner = { apiVersion: 'v1', kind: 'Node', name: node, uid: metadata.uid! };
  try {
    await client.create<NodeNetwork>(NODE_NETWORKS, {
      apiVersion: 'churnlab.dev/v1alpha1',
      kind: 'NodeNetwork',
      metadata: { name: node, ownerReferences: [owner] },
      spec: { nodeIPs },
    });
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    await client.patch(NODE_NETWORKS, node, undefined, { type: 'merge', body: { spec: { nodeIPs } } });
  }
}

/** Announces the node as soon as it is registered and the API is there; ends early when `signal` fires. */
export async function announce(
  client: KubeClient,
  node: string,
  nodeIPs: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  while (!signal?.aborted) {
    try {
      await announceOnce(client, node, nodeIPs);
      return;
    } catch {
      await sleep(RETRY_MS, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }
}

/** Writes how full the node is, for people and for `lab status`. */
export async function reportFill(
  client: KubeClient,
  node: string,
  addresses: Pick<AddressSource, 'stats' | 'cidrStats'>,
): Promise<void> {
  const families = addresses
    .stats()
    .map(({ family, capacity, used, cooling }) => ({ family, capacity, used, cooling }));
  const cidrs = addresses.cidrStats().map(({ cidr, pool = '', ...fill }) => ({
    ...{ cidr: cidr.toString(), pool },
    ...fill,
  }));
  const body = { status: { ipam: { families, cidrs } } };
  await client.patch(NODE_NETWORKS, node, undefined, { type: 'merge', subresource: 'status', body });
}
