/** What lies about in a lab, by kind: taken before the first pod and after the drain, the two must be the same. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Ip } from '../../ip/index.ts';
import { IpcClient } from '../../ipc/index.ts';
import {
  listLinks,
  listNeighbours,
  listRoutes,
  Netns,
  parseLink,
  parseNeighbour,
  parseRoute,
  RtSocket,
} from '../../kernel/index.ts';
import {
  ENDPOINT_SLICES,
  type KubeClient,
  NODE_NETWORKS,
  NODES,
  type NodeNetwork,
  SERVICES,
} from '../../kube/index.ts';
import type { Inventory } from '../../measure/index.ts';
import { type NetworkState, networkOf } from '../../networks/index.ts';
import { LabError } from '../lab-error.ts';
import { processesOf } from './cgroup.ts';
import { entries } from './journal.ts';
import type { LabDirectory, LabRecord, NodeRecord } from './lab-directory.ts';

const NUD_PERMANENT = 0x80;
/** Where plugins keep what they must remember, and the runtime its results. */
const PLUGIN_STATE = 'var/lib/cni';

/** @throws LabError not-ready when the node's namespaces are gone */
function openNode({ name, pid }: NodeRecord): Netns {
  try {
    return Netns.open(`/proc/${pid}/ns/net`);
  } catch (cause) {
    const message = `Node ${name} is gone, its daemon was killed: take the lab down (npm run lab:down) and bring it up again`;
    throw new LabError('not-ready', message, { cause });
  }
}

/** What one node's kernel and files hold. */
function ofNode(node: NodeRecord, state: NetworkState) {
  using netns = openNode(node);
  using socket = RtSocket.open(netns);
  const links = socket.dump(listLinks()).map(parseLink);
  const name = new Map(links.map((link) => [link.index, link.name]));
  const on = (index: number | undefined): string => name.get(index ?? -1) ?? String(index);
  const text = (bytes: Buffer | undefined): string => (bytes ? String(Ip.fromBytes(bytes)) : 'default');
  const root = `/proc/${node.pid}/root`;
  const label = (line: string): string => `${node.name} ${line}`;
  return {
    veth: links.filter(({ kind }) => kind === 'veth').map((link) => label(link.name)),
    links: links
      .filter(({ kind }) => kind !== undefined && kind !== 'veth' && state.links.includes(kind))
      .map((link) => label(link.name)),
    routes: ([4, 6] as const).flatMap((family) =>
      socket
        .dump(listRoutes(family))
        .map(parseRoute)
        .map((r) => label(`${text(r.destination)}/${r.prefixLength} dev ${on(r.index)} table ${r.table}`)),
    ),
    // Others come and go by themselves.
    neighbours: socket
      .dump(listNeighbours())
      .map(parseNeighbour)
      .filter(({ state }) => (state & NUD_PERMANENT) !== 0)
      .map(({ address, index }) => label(`${text(address)} dev ${on(index)}`)),
    netns: fs.readdirSync(path.join(root, 'run/netns')).map(label),
    files: [...new Set([PLUGIN_STATE, ...state.folders])]
      .flatMap((folder) => podFiles(root, folder))
      .map(label),
    ...ruleset(netns, label),
  };
}

/** Files that stand for a pod or an address; host-local's lock and last address stay by design. */
function podFiles(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!fs.existsSync(full)) return [];
  return fs
    .readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'lock' && !entry.name.startsWith('last_reserved_ip'))
    .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)));
}

/** Chains, rules and elements of nftables, iptables-nft included, without counters. */
function ruleset(netns: Netns, label: (line: string) => string): { chains: string[]; rules: string[] } {
  const { stdout } = netns.run(() => spawnSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' }));
  const lines = (stdout ?? '').split('\n').map((line) => line.trim());
  return {
    chains: lines.filter((line) => line.startsWith('chain ')).map(label),
    rules: lines.filter((line) => line !== '' && line !== '}' && !line.startsWith('chain ')).map(label),
  };
}

/** Everything in the lab that a pod could leave behind. */
export async function takeInventory(
  lab: LabDirectory,
  record: LabRecord,
  client: KubeClient,
): Promise<Inventory> {
  const { state } = networkOf(record.spec);
  const nodes = record.nodes.map((node) => ofNode(node, state));
  const agents = await fromAgents(lab, record);
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
  lab: LabDirectory,
  record: LabRecord,
): Promise<{ leases: string[]; endpoints: string[] }> {
  const leases: string[] = [];
  const endpoints: string[] = [];
  for (const { process } of record.agents) {
    using agent = await IpcClient.connect(lab.socket(process));
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
