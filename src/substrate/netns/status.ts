import { NamespaceDaemon, type SupervisedProcess } from '../../kernel/index.ts';
import {
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type Node,
  type NodeNetwork,
  PODS,
  type Pod,
  SERVICES,
} from '../../kube/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { IpamView, LabStatus, NodeStatus, PoolStatus, ProcessStatus } from '../lab.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';
import type { LabDirectory, LabRecord } from './lab-directory.ts';
import { usageOf } from './process-usage.ts';
import { substrateHere } from './substrate-here.ts';

/** Everything that `lab status` shows. */
export async function labStatus(
  lab: LabDirectory,
  record: LabRecord,
  client: KubeClient,
  processes: readonly ProcessStatus[],
  { waiting }: Pick<IpamView, 'waiting'>,
): Promise<LabStatus> {
  const [nodes, networks, pods, services] = await Promise.all([
    client.list<Node>(NODES),
    client.list<NodeNetwork>(NODE_NETWORKS),
    client.list<Pod>(PODS),
    client.list(SERVICES),
  ]);
  const reasons = Map.groupBy(waiting, ({ node }) => node);
  const byNode = new Map(networks.items.map((network) => [network.metadata.name, network]));
  const podsOf = Map.groupBy(pods.items, (pod) => pod.spec.nodeName ?? '');
  const running = pods.items.filter(({ status }) => status?.phase === 'Running').length;
  return {
    name: record.name,
    substrate: substrateHere(),
    createdAt: record.createdAt,
    network: record.spec.network,
    ipam: record.spec.ipam.mode,
    services: record.spec.services,
    apiServer: `https://127.0.0.1:${record.apiPort}`,
    kubeconfig: lab.kubeconfig,
    nodes: nodes.items
      .map((node) => {
        const name = node.metadata.name!;
        return nodeStatus(
          node,
          byNode.get(name),
          podsOf.get(name)?.length ?? 0,
          reasons.get(name)?.[0]?.reason ?? '',
        );
      })
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    pods: { total: pods.items.length, running, pending: pods.items.length - running },
    serviceCount: services.items.length,
    processes,
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

/** What each process of the lab has used so far. */
export async function processStatus(
  lab: LabDirectory,
  supervisor: NamespaceDaemon,
  record: LabRecord,
): Promise<ProcessStatus[]> {
  const supervised = [...(await supervisor.list()), ...(await onNodes(lab, record))];
  const daemons = record.nodes.map(({ name, pid }) => ({ name: `nsd-${name}`, pid, restarts: 0 }));
  return [...supervised, ...daemons]
    .map((process) => ({ ...process, ...(usageOf(process.pid) ?? { cpuSeconds: 0, rssBytes: 0 }) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** kube-proxy and what the network runs: each node has its own, under the node's daemon. */
async function onNodes(lab: LabDirectory, record: LabRecord): Promise<SupervisedProcess[]> {
  const { services } = record.spec;
  if (kubeProxyMode(services) === undefined && networkOf(record.spec).netns?.daemon === undefined) return [];
  const lists = record.nodes.map(async ({ name }) => {
    using daemon = await NamespaceDaemon.connect(lab.daemon(name));
    return (await daemon.list()).map((process) => ({ ...process, name: `${process.name}-${name}` }));
  });
  return (await Promise.all(lists)).flat();
}
