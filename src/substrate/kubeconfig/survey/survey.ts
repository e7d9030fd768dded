import {
  CONFIG_MAPS,
  type ConfigMap,
  DAEMON_SETS,
  type KubeClient,
  KubeError,
  type KubeObject,
  type ListOptions,
  NAMESPACES,
  type Namespace,
  NODES,
  type Node,
  PODS,
  type Pod,
  type RawAccess,
  type Resource,
  serves,
  TEST_RUNS,
} from '../../../kube/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';
import { findProxy, type ProxyMode } from './kube-proxy.ts';
import { type FoundNetwork, findNetwork } from './network.ts';
import { type SurveyedNode, surveyNodes } from './nodes.ts';
import { type OwnNetwork, readOwnNetwork } from './own-network.ts';
import { pauseImage } from './pause-image.ts';
import { otherWorkloads } from './workloads.ts';

/** What is in a cluster, before anything of ours is. */
export interface ClusterSurvey {
  /** `v1.34.4` */
  readonly version: string;
  readonly nodes: readonly SurveyedNode[];
  readonly network: FoundNetwork;
  /** How our own is configured, where it is the cluster's. */
  readonly own?: OwnNetwork;
  readonly proxy: ProxyMode;
  /** Of pods that do nothing. */
  readonly pause: string;
  /** Of pods' addresses. */
  readonly families: LabSpec['ipFamily'];
  /** k6-operator's objects are known. */
  readonly hasTestRuns: boolean;
  /** `namespace/name` of pods of others. */
  readonly others: readonly string[];
}

/** Asks the API for all of it. @throws KubeError */
export async function survey(client: KubeClient & RawAccess): Promise<ClusterSurvey> {
  const [version, nodes, pods, namespaces, daemonSets, configMaps, hasTestRuns] = await Promise.all([
    client.text('/version'),
    client.list<Node>(NODES),
    client.list<Pod>(PODS),
    client.list<Namespace>(NAMESPACES),
    listServed<KubeObject>(client, DAEMON_SETS),
    client.list<ConfigMap>(CONFIG_MAPS),
    serves(client, TEST_RUNS),
  ]);
  const network = findNetwork(daemonSets.items, configMaps.items);
  const own = await readOwnNetwork(client, daemonSets.items, configMaps.items);
  return {
    version: (JSON.parse(version) as { gitVersion: string }).gitVersion,
    nodes: surveyNodes(nodes.items, pods.items),
    network,
    ...(own && { own }),
    proxy: findProxy(configMaps.items, daemonSets.items, pods.items),
    pause: pauseImage(nodes.items),
    families: familiesOf(nodes.items, pods.items),
    hasTestRuns,
    others: otherWorkloads(pods.items, namespaces.items, network.namespaces),
  };
}

/** What is there of a kind; nothing where a server, as our own embedded one, does not have the kind. */
export async function listServed<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  options: ListOptions = {},
): Promise<{ readonly items: readonly T[] }> {
  try {
    return await client.list<T>(resource, options);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return { items: [] };
    throw error;
  }
}

/** Nodes that pods of a run go to. */
export function nodesForPods({ nodes }: Pick<ClusterSurvey, 'nodes'>): readonly SurveyedNode[] {
  return nodes.filter(({ excluded }) => excluded === '');
}

/** By the addresses of pods that are there; where there are none yet, by the CIDRs of nodes. */
function familiesOf(nodes: readonly Node[], pods: readonly Pod[]): LabSpec['ipFamily'] {
  const addresses = pods
    .filter(({ spec }) => !spec.hostNetwork)
    .map(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip))
    .find((ips) => ips.length > 0);
  const known = addresses ?? nodes.flatMap(({ spec }) => spec?.podCIDRs ?? []);
  const six = known.some((text) => text.includes(':'));
  const four = known.some((text) => !text.includes(':'));
  return six ? (four ? 'dual' : 'ipv6') : 'ipv4';
}
