import {
  CLUSTER_CIDRS,
  CONFIG_MAPS,
  DAEMON_SETS,
  ENDPOINT_SLICES,
  EVENTS,
  IP_POOLS,
  JOBS,
  LEASES,
  NAMESPACES,
  NODE_NETWORKS,
  NODES,
  PODS,
  RESOURCE_QUOTAS,
  type Resource,
  ROLE_BINDINGS,
  ROLES,
  SECRETS,
  SERVICE_ACCOUNTS,
  SERVICES,
} from '../../../kube/index.ts';

/** Something that whoever runs has to be allowed to do. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  /** `pods`, or with a subresource `pods/portforward`. */
  readonly resource: string;
  /** Left out: in all namespaces, those among them that are made later; or it is about a cluster-scoped resource. */
  readonly namespace?: string;
  /** What it is for, for people. */
  readonly why: string;
  /** What is missing of a result without it, where a run does without. */
  readonly without?: string;
}

/** What decides which permissions a run needs. */
export interface Demand {
  /** Namespace of our release, where the network is ours. */
  readonly release?: string | undefined;
  /** Services are made, and connections to them. */
  readonly services: boolean;
  /** Pods are started and ended by a Job. */
  readonly sharded: boolean;
  /** k6 runs in pods. */
  readonly scripts: boolean;
  /** By which objects it would. */
  readonly scriptObjects: readonly Resource[];
}

interface Use {
  readonly on: Resource;
  readonly subresource?: string;
  readonly verbs: string;
  readonly why: string;
  readonly namespace?: string;
  readonly without?: string;
}

/** What a look at a cluster takes, whatever is run there. */
const SURVEY: readonly Use[] = [
  { on: NODES, verbs: 'get list watch', why: 'nodes and their room for pods' },
  { on: PODS, verbs: 'list', why: 'other workloads, and pods of nodes' },
  { on: NAMESPACES, verbs: 'create get list delete', why: 'namespaces of a lab and its runs' },
  { on: CONFIG_MAPS, verbs: 'list', why: "the network's and kube-proxy's configuration" },
  { on: DAEMON_SETS, verbs: 'list', why: 'which network is there' },
];

const RUN: readonly Use[] = [
  { on: PODS, verbs: 'create get watch delete', why: 'pods of a run' },
  { on: SERVICE_ACCOUNTS, verbs: 'get', why: 'namespaces that are ready for pods' },
  {
    on: LEASES,
    verbs: 'create get update delete',
    why: 'one run at a time, and finding one that was killed',
  },
  { on: RESOURCE_QUOTAS, verbs: 'list', why: 'quotas of namespaces of a lab' },
  { on: EVENTS, verbs: 'list watch', why: 'nodes that get no CIDR' },
  { on: SERVICES, verbs: 'list', why: 'what a run leaves behind' },
  { on: ENDPOINT_SLICES, verbs: 'list', why: 'what a run leaves behind' },
  { on: NODES, subresource: 'proxy', verbs: 'get', why: "kubelets' metrics", without: 'kubelet.sandbox' },
];

const CONNECTIONS: readonly Use[] = [
  { on: SERVICES, verbs: 'create delete', why: 'Services of a run' },
  { on: ENDPOINT_SLICES, verbs: 'create get update delete', why: 'endpoints of Services' },
  // The first by the verb of a WebSocket's upgrade, the second since Kubernetes 1.35.
  { on: PODS, subresource: 'portforward', verbs: 'get create', why: 'pods that make connections' },
];

const SHARDS: readonly Use[] = [
  { on: JOBS, verbs: 'create', why: 'pods that start and end pods' },
  { on: CONFIG_MAPS, verbs: 'create', why: 'what these are told' },
  { on: SERVICE_ACCOUNTS, verbs: 'create', why: 'who these are' },
  { on: ROLES, verbs: 'create', why: 'what these may do' },
  { on: ROLE_BINDINGS, verbs: 'create', why: 'what these may do' },
  { on: PODS, subresource: 'portforward', verbs: 'get create', why: 'a word with them' },
];

const ofScripts = (objects: readonly Resource[]): readonly Use[] => [
  ...objects.map((on) => ({ on, verbs: 'create delete', why: 'k6 in pods' })),
  { on: CONFIG_MAPS, verbs: 'create delete', why: 'its scripts' },
  { on: PODS, subresource: 'log', verbs: 'get', why: 'what it says' },
];

const ofNetwork = (namespace: string): readonly Use[] => [
  { on: NODE_NETWORKS, verbs: 'list watch', why: 'CIDRs of nodes' },
  { on: IP_POOLS, verbs: 'list watch', why: 'pools' },
  { on: CLUSTER_CIDRS, verbs: 'list watch', why: 'pools' },
  { on: PODS, subresource: 'proxy', verbs: 'get', why: "the agents' accounts of calls", namespace },
  { on: SECRETS, verbs: 'get', why: 'the token that agents ask for', namespace },
];

/** All that a look at the cluster needs: without it nothing else can be found out. */
export const surveyPermissions = (): Permission[] => SURVEY.flatMap(permissionsOf);

/** All that runs need besides, each once. */
export function runPermissions(demand: Demand): Permission[] {
  const { release, services, sharded, scripts, scriptObjects } = demand;
  const uses = [
    ...RUN,
    ...(services ? CONNECTIONS : []),
    ...(sharded ? SHARDS : []),
    ...(scripts ? ofScripts(scriptObjects) : []),
    ...(release === undefined ? [] : ofNetwork(release)),
  ];
  const permissions = uses.flatMap(permissionsOf);
  const keys = permissions.map(keyOf);
  return permissions.filter((each, index) => keys.indexOf(keyOf(each)) === index);
}

function keyOf({ verb, group, resource, namespace = '' }: Permission): string {
  return [verb, group, resource, namespace].join(' ');
}

function permissionsOf({ on, subresource, verbs, ...rest }: Use): Permission[] {
  const resource = subresource === undefined ? on.plural : `${on.plural}/${subresource}`;
  return verbs.split(' ').map((verb) => ({ verb, group: on.group, resource, ...rest }));
}
