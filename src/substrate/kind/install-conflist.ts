import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cidr } from '../../ip/index.ts';
import { Netns } from '../../kernel/index.ts';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { fillConflist, type OnKind, writeConflist } from '../../networks/index.ts';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { applyObjects } from './kubectl.ts';
import { putPlugins } from './node-plugins.ts';

const LOOK_MS = 200;
const CIDR_MS = 60_000;

/**
 * A network that is its plugins: they and a configuration on every node, made from the CIDRs that Kubernetes gave it.
 * Either a program of the network's own, as a DaemonSet, or routes to the other nodes, as kindnet writes them, connect
 * the nodes. Files are written through the nodes' first processes.
 * @throws LabError not-ready when a node gets no CIDR; step-failed
 */
export async function installConflist(
  network: Extract<OnKind, { by: 'conflist' }>,
  { spec, names, options }: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<void> {
  const nodes = await nodesWithCidrs(client, here.length);
  const clusterCidrs = spec.ipam.pools.flatMap((pool) => pool.cidrs).map((text) => Cidr.parse(text).cidr);
  for (const node of here) {
    const { name, pid } = node;
    putPlugins(node, options.plugins);
    const own = nodes.find(({ metadata }) => metadata.name === name)!;
    if (network.routes) for (const other of nodes) if (other !== own) route(pid, other);
    const podCidrs = cidrsOf(own).map((text) => Cidr.parse(text).cidr);
    const conflist = fillConflist(network.conflist, { podCidrs, clusterCidrs });
    writeConflist(`/proc/${pid}/root`, conflist);
  }
  if (network.manifest === undefined) return;
  const objects = network.manifest.objects(spec, options.images.network!);
  await applyObjects(
    options.engine,
    names,
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );
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
