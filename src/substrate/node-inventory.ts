/** What pods leave in a node, found through the process that holds the node's namespaces. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Ip } from '../ip/index.ts';
import {
  listLinks,
  listNeighbours,
  listRoutes,
  Netns,
  parseLink,
  parseNeighbour,
  parseRoute,
  RtSocket,
} from '../kernel/index.ts';
import type { NetworkState } from '../networks/index.ts';
import { LabError } from './lab-error.ts';

/** A node of this machine. */
export interface NodeProcess {
  readonly name: string;
  /** Process that holds the node's namespaces. */
  readonly pid: number;
}

const NUD_PERMANENT = 0x80;
/** Where plugins keep what they must remember, and the runtime its results. */
const PLUGIN_STATE = 'var/lib/cni';

function openNode({ name, pid }: NodeProcess): Netns {
  try {
    return Netns.open(`/proc/${pid}/ns/net`);
  } catch (cause) {
    const message = `Node ${name} is gone, its first process was killed: take the lab down (npm run lab:down) and bring it up again`;
    throw new LabError('not-ready', message, { cause });
  }
}

/** What one node's kernel and files hold, by kind. @throws LabError not-ready when the node's namespaces are gone */
export function nodeInventory(node: NodeProcess, state: NetworkState) {
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

/** Files that stand for a pod or an address; locks and host-local's last address stay by design. */
function podFiles(root: string, folder: string): string[] {
  const full = path.join(root, folder);
  if (!fs.existsSync(full)) return [];
  return fs
    .readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(\.?lock|last_reserved_ip.*)$/.test(entry.name))
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
