import {
  ENDPOINT_SLICES,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type NodeNetwork,
  SERVICES,
} from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import type { NetworkState } from '../../networks/index.ts';
import { type NodeProcess, nodeInventory } from '../node-inventory.ts';
import type { Agents } from './agents.ts';

export interface InventorySources {
  readonly client: KubeClient;
  /** Where the network has agents of ours. */
  readonly agents: Agents | undefined;
  readonly state: NetworkState;
  /** Nodes that are containers of this machine; of others only what the API tells is known. */
  readonly here: readonly NodeProcess[];
}

/** What a pod could leave behind in a cluster, as far as it can be seen from here. */
export async function clusterInventory({
  client,
  agents,
  state,
  here,
}: InventorySources): Promise<Inventory> {
  const nodes = here.map((node) => nodeInventory(node, state));
  const [slices, registered, services, networks] = await Promise.all([
    client.list(ENDPOINT_SLICES),
    client.list(NODES),
    client.list(SERVICES),
    agents ? client.list<NodeNetwork>(NODE_NETWORKS) : undefined,
  ]);
  const known = new Set(registered.items.map(({ metadata }) => metadata.name!));
  const held = networks?.items.flatMap(({ spec }) => spec.podCIDRs ?? []) ?? [];
  return {
    nodes: [...known],
    services: services.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    'endpoint-slices': slices.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    ...(networks && {
      'node-cidrs': networks.items.map(({ metadata }) => metadata.name!).filter((name) => !known.has(name)),
    }),
    ...(agents && { addresses: await agents.leases(), 'map-entries': await agents.endpoints() }),
    ...(here.length > 0 && {
      veth: nodes.flatMap(({ veth }) => veth),
      netns: nodes.flatMap(({ netns }) => netns),
      // Which CIDRs a node keeps in hand is up to chance; a route to one is only wrong when no node has it.
      routes: nodes
        .flatMap(({ routes }) => routes)
        .filter((line) => !held.some((to) => line.includes(` ${to} dev `))),
      neighbours: nodes.flatMap(({ neighbours }) => neighbours),
      rules: nodes.flatMap(({ rules }) => rules),
      chains: nodes.flatMap(({ chains }) => chains),
      links: nodes.flatMap(({ links }) => links),
      'host-local-files': nodes.flatMap(({ files }) => files),
    }),
  };
}
