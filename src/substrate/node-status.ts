import {
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  PODS,
  type Pod,
  SERVICES,
} from '../kube/index.ts';
import type { LabStatus, NodeStatus, PoolStatus, WaitingNode } from './lab.ts';

/** What the API tells of a lab's nodes, pods and Services. */
export type ApiStatus = Pick<LabStatus, 'nodes' | 'pods' | 'serviceCount'>;

/**
 * @param waiting nodes without what they need
 * @param hasNetworks whether the network keeps NodeNetworks
 */
export async function apiStatus(
  client: KubeClient,
  waiting: readonly WaitingNode[],
  hasNetworks: boolean,
): Promise<ApiStatus> {
  const [nodes, networks, pods, services] = await Promise.all([
    client.list<Node>(NODES),
    hasNetworks ? client.list<NodeNetwork>(NODE_NETWORKS) : { items: [] },
    client.list<Pod>(PODS),
    client.list(SERVICES),
  ]);
  const reasons = Map.groupBy(waiting, ({ node }) => node);
  const networkOf = new Map(networks.items.map((network) => [network.metadata.name, network]));
  const podsOf = Map.groupBy(pods.items, (pod) => pod.spec.nodeName ?? '');
  const running = pods.items.filter(({ status }) => status?.phase === 'Running').length;
  const statusOf = (node: Node): NodeStatus => {
    const name = node.metadata.name!;
    const error = reasons.get(name)?.[0]?.reason ?? '';
    return nodeStatus(node, networkOf.get(name), podsOf.get(name)?.length ?? 0, error);
  };
  return {
    nodes: nodes.items.map(statusOf).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    pods: { total: pods.items.length, running, pending: pods.items.length - running },
    serviceCount: services.items.length,
  };
}

function nodeStatus(node: Node, network: NodeNetwork | undefined, pods: number, error: string): NodeStatus {
  return {
    name: node.metadata.name!,
    ready:
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    ips: (node.status?.addresses ?? [])
      .filter(({ type }) => type === 'InternalIP')
      .map(({ address }) => address),
    pools: pools(network),
    pods,
    error,
  };
}

function pools(network: NodeNetwork | undefined): PoolStatus[] {
  return (network?.spec.podCIDRs ?? []).map((cidr) => {
    const fill = network?.status?.ipam?.cidrs?.find((each) => each.cidr === cidr);
    return { cidr, capacity: fill?.capacity ?? 0, used: fill?.used ?? 0, cooling: fill?.cooling ?? 0 };
  });
}
