/** Networks that are brought along for a cluster: installed as their makers say, waited for, and found out about. */
import fs from 'node:fs';
import path from 'node:path';
import { CniConfigError, type NetworkList } from '../../../cni/index.ts';
import { loadFirstNetwork } from '../../../cni/runtime/index.ts';
import { Cidr, Ip } from '../../../ip/index.ts';
import { type KubeClient, NODES, type Node } from '../../../kube/index.ts';
import { type FoundNetwork, MANIFESTS, type NetworkSource, podLinksOf } from '../../../networks/index.ts';
import { ClusterPods } from '../../cluster/index.ts';
import type { NodeProcess } from '../../node-inventory.ts';
import type { Building } from '../building.ts';
import { command } from '../engine.ts';
import { SHARED_ON_NODE } from '../kind-record.ts';
import { applyObjects } from '../kubectl.ts';
import { waitReady } from '../wait-ready.ts';
import { daemonSets, newDaemons } from './daemon-sets.ts';
import { findIpam } from './find-ipam.ts';
import { type ProbePod, probe } from './probe.ts';

/** Where most charts of networks ask to be put, and which every cluster has. */
const NAMESPACE = 'kube-system';
const RELEASE = 'network';
const CONFIG_DIR = 'etc/cni/net.d';
const HOST_LOCAL = 'var/lib/cni/networks';

/**
 * Installs a chart or objects. Resolves when nodes, DaemonSets and pods are Ready and a pod has reached another, with
 * what was found out on the way.
 * @throws LabError not-ready, step-failed
 */
export async function installSource(
  source: NetworkSource,
  building: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<FoundNetwork> {
  const { options } = building;
  const before = await daemonSets(client);
  if (source.kind === 'chart') await installChart(source, building, await addressOf(client, here[0]!.name));
  else await applyObjects(options.engine, building.names, readObjects(source.path));
  options.progress(`waiting for network ${building.spec.network}`);
  await waitReady(client);
  const nodes = await client.list<Node>(NODES);
  let found: Pick<FoundNetwork, 'ipam' | 'unknowns' | 'podLinks'> | undefined;
  const dialling = { by: 'folder', path: building.lab.file('shared'), onNode: SHARED_ON_NODE } as const;
  const kit = new ClusterPods(client, options.images.responder, dialling);
  await probe(client, kit, [here[0]!.name, here.at(-1)!.name], (pods) => {
    found = lookAt(here, nodes.items, pods);
  });
  const daemons = await newDaemons(client, before);
  for (const line of found!.unknowns) options.progress(`network ${building.spec.network}: ${line}`);
  return { ...found!, daemons };
}

async function addressOf(client: KubeClient, node: string): Promise<string> {
  const { status } = await client.get<Node>(NODES, node);
  return status!.addresses!.find(({ type }) => type === 'InternalIP')!.address;
}

async function installChart(
  { chart, version, values, set }: Extract<NetworkSource, { kind: 'chart' }>,
  { lab, options }: Building,
  apiServer: string,
): Promise<void> {
  await command(options.programs.helm!, [
    ...['upgrade', '--install', RELEASE, chart, '--namespace', NAMESPACE, '--kubeconfig', lab.kubeconfig],
    ...(version === undefined ? [] : ['--version', version]),
    ...values.flatMap((file) => ['--values', file]),
    ...set.flatMap((value) => ['--set', value.replaceAll('{apiServer}', apiServer)]),
  ]);
}

/** A file, or all of a folder in the order of their names, as one stream of documents. */
function readObjects(place: string): string {
  const files = fs.statSync(place).isDirectory()
    ? fs
        .readdirSync(place)
        .filter((name) => MANIFESTS.includes(path.extname(name)))
        .toSorted()
        .map((name) => path.join(place, name))
    : [place];
  return files.map((file) => fs.readFileSync(file, 'utf8')).join('\n---\n');
}

/** What the nodes show while two pods are there. */
function lookAt(here: readonly NodeProcess[], nodes: readonly Node[], pods: readonly ProbePod[]) {
  const rootOf = (name: string): string => `/proc/${here.find((node) => node.name === name)!.pid}/root`;
  const plugins = configuredPlugins(rootOf(pods[0]!.node));
  const declared = plugins
    .map(({ raw }) => (raw as { readonly ipam?: { readonly type?: string } }).ipam?.type)
    .find((type) => type !== undefined);
  const isKept = pods.every(({ node, ips }) => ips.every((ip) => keepsFile(rootOf(node), ip)));
  const isOfNode = pods.every(({ node, ips }) => {
    const own = nodes.find(({ metadata }) => metadata.name === node)?.spec?.podCIDRs ?? [];
    return ips.every((ip) => own.some((cidr) => Cidr.parse(cidr).cidr.contains(Ip.parse(ip))));
  });
  return { ...findIpam({ declared, isKept, isOfNode }), podLinks: podLinksOf(plugins[0]?.raw) };
}

/** Of the configuration that the runtime takes; none where it is one that only the runtime understands. */
function configuredPlugins(root: string): NetworkList['plugins'] {
  try {
    return loadFirstNetwork(path.join(root, CONFIG_DIR)).plugins;
  } catch (error) {
    if (error instanceof CniConfigError) return [];
    throw error;
  }
}

function keepsFile(root: string, ip: string): boolean {
  const folder = path.join(root, HOST_LOCAL);
  if (!fs.existsSync(folder)) return false;
  return fs.readdirSync(folder).some((network) => fs.existsSync(path.join(folder, network, ip)));
}
