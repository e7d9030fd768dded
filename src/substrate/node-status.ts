import {
  isReady,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  PODS,
  type Pod,
  SERVICES,
} from '../kube/index.ts';
import type { IpamView, LabStatus, NodeStatus, PoolStatus } from './lab.ts';

/** What the API tells of a lab's nodes, pods and Services. */
export type ApiStatus = Pick<LabStatus, 'nodes' | 'pods' | 'serviceCount'>;

/**
 * @param view nodes with their CIDRs, and those that wait for some
 * @param hasNetworks whether the network keeps NodeNetworks
 */
export async function apiStatus(
  client: KubeClient,
  view: IpamView,
  hasNetworks: boolean,
): Promise<ApiStatus> {
  const [nodes, networks, pods, services] = await Promise.all([
    client.list<Node>(NODES),
    hasNetworks ? client.list<NodeNetwork>(NODE_NETWORKS) : { items: [] },
    client.list<Pod>(PODS),
    client.list(SERVICES),
  ]);
  const reasons = Map.groupBy(view.waiting, ({ node }) => node);
  const networkOf = new Map(networks.items.map((network) => [network.metadata.name, network]));
  const podsOf = Map.groupBy(pods.items, (pod) => pod.spec.nodeName ?? '');
  const running = pods.items.filter(({ status }) => status?.phase === 'Running').length;
  const statusOf = (node: Node): NodeStatus => {
    const name = node.metadata.name!;
    const error = reasons.get(name)?.[0]?.reason ?? '';
    // Of a node that Kubernetes gave its CIDRs, what the pods on it have is counted.
    const network = networkOf.get(name);
    const own = network ? pools(network) : (view.nodes.find((each) => each.node === name)?.cidrs ?? []);
    return nodeStatus(node, own, podsOf.get(name)?.length ?? 0, error);
  };
  return {
    nodes: nodes.items.map(statusOf).sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    pods: { total: pods.items.length, running, pending: pods.items.length - running },
    serviceCount: services.items.length,
  };
}

function nodeStatus(node: Node, pools: readonly PoolStatus[], pods: number, error: string): NodeStatus {
  return {
    name: node.metadata.name!,
    ready: isReady(node),
    ips: (node.status?.addresses ?? [])
      .filter(({ type }) => type === 'InternalIP')
      .map(({ address }) => address),
    pools,
    pods,
    error,
  };
}

function pools({ spec, status }: NodeNetwork): PoolStatus[] {
  return (spec.podCIDRs ?? []).map((cidr) => {
    const fill = status?.ipam?.cidrs?.find((each) => each.cidr === cidr);
    return { cidr, capacity: fill?.capacity ?? 0, used: fill?.used ?? 0, cooling: fill?.cooling ?? 0 };
  });
}
