import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cidr } from '../../ip/index.ts';
import { Netns } from '../../kernel/index.ts';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { fillConflist, type OnKind } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';

const CONFIG_DIR = 'etc/cni/net.d';
const PLUGIN_DIR = 'opt/cni/bin';
const LOOK_MS = 200;
const CIDR_MS = 60_000;

/**
 * A network that is its plugins: a configuration on every node, made from the CIDRs that Kubernetes gave it, and a
 * route to each other node's, as kindnet writes them. The files are written through the nodes' first processes.
 * @throws LabError not-ready when a plugin is not in the node image, or a node gets no CIDR
 */
export async function installConflist(
  network: Extract<OnKind, { by: 'conflist' }>,
  spec: LabSpec,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<void> {
  const nodes = await nodesWithCidrs(client, here.length);
  const clusterCidrs = spec.ipam.pools.flatMap((pool) => pool.cidrs).map((text) => Cidr.parse(text).cidr);
  for (const { name, pid } of here) {
    const root = `/proc/${pid}/root`;
    const missing = network.plugins.filter((plugin) => !fs.existsSync(path.join(root, PLUGIN_DIR, plugin)));
    if (missing.length > 0) {
      throw new LabError('not-ready', `The node image has no plugin ${missing.join(', ')} in /${PLUGIN_DIR}`);
    }
    const own = nodes.find(({ metadata }) => metadata.name === name)!;
    for (const other of nodes) if (other !== own) route(pid, other);
    const podCidrs = cidrsOf(own).map((text) => Cidr.parse(text).cidr);
    const conflist = fillConflist(network.conflist, { podCidrs, clusterCidrs });
    const file = path.join(root, CONFIG_DIR, `10-${conflist.name}.conflist`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.new`, JSON.stringify(conflist, null, 2));
    fs.renameSync(`${file}.new`, file);
  }
}

/** Once kube-controller-manager has given each its CIDRs. */
async function nodesWithCidrs(client: KubeClient, count: number): Promise<readonly Node[]> {
  const deadline = Date.now() + CIDR_MS;
  for (;;) {
    const { items } = await client.list<Node>(NODES);
    if (items.length >= count && items.every((node) => cidrsOf(node).length > 0)) return items;
    if (Date.now() > deadline) {
      const waiting = items.filter((node) => cidrsOf(node).length === 0).map(({ metadata }) => metadata.name);
      throw new LabError('not-ready', `No CIDR for ${waiting.join(', ')} after ${CIDR_MS / 1000} s`);
    }
    await sleep(LOOK_MS);
  }
}

function cidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? [];
}

function route(pid: number, to: Node): void {
  using netns = Netns.open(`/proc/${pid}/ns/net`);
  const addresses = (to.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  for (const cidr of cidrsOf(to)) {
    const isSix = cidr.includes(':');
    const via = addresses.find(({ address }) => address.includes(':') === isSix)?.address;
    if (via === undefined) continue;
    const args = [isSix ? '-6' : '-4', 'route', 'replace', cidr, 'via', via];
    const { status, stderr } = netns.run(() => spawnSync('ip', args, { encoding: 'utf8' }));
    if (status !== 0) throw new LabError('step-failed', `ip ${args.join(' ')}: ${stderr.trim()}`);
  }
}
