import { Cidr, familyBits } from '../../../ip/index.ts';
import {
  CLUSTER_CIDRS,
  type ClusterCidr,
  type ConfigMap,
  IP_POOLS,
  type IpPool,
  type IpPoolFamily,
  type KubeClient,
  type KubeObject,
} from '../../../kube/index.ts';
import type { IpamMode, LabSpec, PoolSpec } from '../../../scenario/index.ts';
import { isAgent } from './network.ts';

/** How our own network was installed (charts/churnlab), as its ConfigMap and objects have it. */
export interface OwnNetwork {
  /** Of the release. */
  readonly namespace: string;
  readonly routing: LabSpec['routing'];
  /** Whether its agents implement Services. */
  readonly services: boolean;
  readonly ipam: Pick<LabSpec['ipam'], 'mode' | 'pools' | 'cooldown' | 'wait' | 'preAllocate' | 'store'>;
}

/** What of agent.json and operator.json is read; src/in-cluster and src/operator have all of it. */
interface AgentFile {
  readonly routing: LabSpec['routing'];
  readonly clusterCidrs: readonly string[];
  readonly cooldownMs: number;
  readonly waitMs: number;
  readonly preAllocate: number;
  readonly store: LabSpec['ipam']['store'];
  readonly services?: object;
}

interface OperatorFile extends Families {
  readonly mode: IpamMode;
}

interface Families {
  readonly ipv4?: IpPoolFamily;
  readonly ipv6?: IpPoolFamily;
}

const MS = 1e6;
/** kube-controller-manager's --node-cidr-mask-size, by family. */
const KCM_MASKS = { ipv4: 24, ipv6: 64 } as const;
const DEFAULT = 'default';

/** Undefined where no agents of ours are. @throws KubeError */
export async function readOwnNetwork(
  client: KubeClient,
  daemonSets: readonly KubeObject[],
  configMaps: readonly ConfigMap[],
): Promise<OwnNetwork | undefined> {
  const namespace = daemonSets.find(isAgent)?.metadata.namespace;
  const data = configMaps.find(
    (each) => each.metadata.namespace === namespace && each.data?.['agent.json'] !== undefined,
  )?.data;
  if (namespace === undefined || data === undefined) return undefined;
  const agent = JSON.parse(data['agent.json']!) as AgentFile;
  // Without an operator it is Kubernetes that gives nodes their CIDRs.
  const operator = data['operator.json'] && (JSON.parse(data['operator.json']) as OperatorFile);
  const { routing, cooldownMs, waitMs, preAllocate, store } = agent;
  return {
    namespace,
    routing,
    services: agent.services !== undefined,
    ipam: {
      mode: operator ? operator.mode : 'kcm',
      pools: await poolsOf(client, operator || undefined, agent.clusterCidrs),
      cooldown: cooldownMs * MS,
      wait: waitMs * MS,
      preAllocate,
      store,
    },
  };
}

async function poolsOf(
  client: KubeClient,
  operator: OperatorFile | undefined,
  clusterCidrs: readonly string[],
): Promise<PoolSpec[]> {
  if (operator === undefined) return clusterCidrs.map(kcmPool);
  if (operator.mode === 'multi-pool') {
    const { items } = await client.list<IpPool>(IP_POOLS);
    return items.flatMap(({ metadata, spec }) => familyPools(metadata.name!, spec));
  }
  if (operator.mode === 'multi-range') {
    const { items } = await client.list<ClusterCidr>(CLUSTER_CIDRS);
    return items.flatMap(rangePools);
  }
  return familyPools(DEFAULT, operator);
}

function familyPools(name: string, { ipv4, ipv6 }: Families): PoolSpec[] {
  const families = [ipv4, ipv6].filter((family) => family !== undefined);
  return families.map(({ cidrs, maskSize }) => ({ name, cidrs, nodeMask: maskSize }));
}

function rangePools({ metadata, spec }: ClusterCidr): PoolSpec[] {
  const cidrs = [spec.ipv4, spec.ipv6].filter((text) => text !== undefined);
  return cidrs.map((text) => {
    const { family } = Cidr.parse(text).cidr;
    const nodeMask = familyBits(family) - spec.perNodeHostBits;
    return { name: metadata.name!, cidrs: [text], nodeMask };
  });
}

function kcmPool(text: string): PoolSpec {
  const nodeMask = KCM_MASKS[text.includes(':') ? 'ipv6' : 'ipv4'];
  return { name: DEFAULT, cidrs: [text], nodeMask };
}
