/** What lies about in a lab, by kind: taken before the first pod and after the drain, the two must be the same. */
import fs from 'node:fs';
import path from 'node:path';
import type { IpcClient } from '../../ipc/index.ts';
import {
  ENDPOINT_SLICES,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type NodeNetwork,
  SERVICES,
} from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import { networkOf } from '../../networks/index.ts';
import { nodeInventory } from '../node-inventory.ts';
import { processesOf } from './cgroup.ts';
import { entries } from './journal.ts';
import type { LabDirectory, LabRecord } from './lab-directory.ts';

/**
 * Everything in the lab that a pod could leave behind.
 * @param connect to a process of the lab, with patience for one that is just restarted
 */
export async function takeInventory(
  lab: LabDirectory,
  record: LabRecord,
  client: KubeClient,
  connect: (process: string) => Promise<IpcClient>,
): Promise<Inventory> {
  const { state } = networkOf(record.spec);
  const nodes = record.nodes.map((node) => nodeInventory(node, state));
  const agents = await fromAgents(record, connect);
  const [slices, networks, registered, services] = await Promise.all([
    client.list(ENDPOINT_SLICES),
    client.list<NodeNetwork>(NODE_NETWORKS),
    client.list(NODES),
    client.list(SERVICES),
  ]);
  const held = networks.items.flatMap(({ spec }) => spec.podCIDRs ?? []);
  const known = new Set(registered.items.map(({ metadata }) => metadata.name));
  return {
    addresses: agents.leases,
    'node-cidrs': networks.items
      .filter(({ metadata }) => !known.has(metadata.name))
      .map(({ metadata }) => metadata.name!),
    nodes: [...known].map(String),
    services: services.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    'host-local-files': nodes.flatMap((node) => node.files),
    veth: nodes.flatMap((node) => node.veth),
    links: nodes.flatMap((node) => node.links),
    netns: nodes.flatMap((node) => node.netns),
    // Which CIDRs a node keeps in hand is up to chance; a route to one is only wrong when no node has it.
    routes: nodes
      .flatMap((node) => node.routes)
      .filter((line) => !held.some((to) => line.includes(` ${to} dev `))),
    neighbours: nodes.flatMap((node) => node.neighbours),
    rules: nodes.flatMap((node) => node.rules),
    chains: nodes.flatMap((node) => node.chains),
    'map-entries': agents.endpoints,
    'endpoint-slices': slices.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    sockets: fs.readdirSync(lab.file('sockets')),
    processes: processNames(record),
    journal: entries(lab).map((entry) => JSON.stringify(entry)),
  };
}

async function fromAgents(
  record: LabRecord,
  connect: (process: string) => Promise<IpcClient>,
): Promise<{ leases: string[]; endpoints: string[] }> {
  const leases: string[] = [];
  const endpoints: string[] = [];
  for (const { process } of record.agents) {
    using agent = await connect(process);
    for (const lease of await agent.call<{ node: string; ips: string[] }[]>('leases')) {
      leases.push(...lease.ips.map((ip) => `${lease.node} ${ip}`));
    }
    for (const entry of await agent.call<{ node: string; address: string }[]>('endpoints')) {
      endpoints.push(`${entry.node} ${entry.address}`);
    }
  }
  return { leases, endpoints };
}

/** Programs that run in the lab's cgroup; by name, since a restart changes the process id. */
function processNames(record: LabRecord): string[] {
  return processesOf(record.cgroup).flatMap((pid) => {
    try {
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
      return [words.map((word) => path.basename(word)).join(' ')];
    } catch {
      return [];
    }
  });
}
