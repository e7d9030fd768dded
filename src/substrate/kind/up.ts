import fs from 'node:fs';
import { connect, type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { networkOf } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { Progress } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { type LabDirectory, LabLock } from '../netns/index.ts';
import type { NodeProcess } from '../node-inventory.ts';
import { chartValues } from './chart-values.ts';
import { clusterConfig } from './cluster-config.ts';
import { command, docker, type Engine, nodeContainers } from './engine.ts';
import { raiseFence } from './fence.ts';
import { installConflist } from './install-conflist.ts';
import { entries, record, undo } from './journal.ts';
import { type KindRecord, readRecord, SHARED_ON_NODE, writeRecord } from './kind-record.ts';
import { type LabNames, namesOf, nodeNames } from './names.ts';
import { fenceNode } from './node-fence.ts';
import { checkKindSpec } from './spec-check.ts';
import { waitReady } from './wait-ready.ts';

const RELEASE = 'churnlab';
const NAMESPACE = 'churnlab-system';
const CONTROL_PLANE_TAINT = 'node-role.kubernetes.io/control-plane';

export interface KindUpOptions {
  readonly engine: Engine;
  /** Images that the engine has. */
  readonly images: {
    readonly node: string;
    /** Agent, operator and installer; for network churnlab. */
    readonly churnlab?: string;
    /** Pods that do nothing, and those that answer and dial. */
    readonly responder: string;
  };
  readonly programs: { readonly kind: string; readonly helm?: string };
  /** Folder of our chart. */
  readonly chart: string;
  /** What the node image needs of kind's configuration. */
  readonly patches: readonly string[];
  /** Leave a cluster that did not come up for a look. */
  readonly retain: boolean;
  readonly progress: Progress;
}

/** All that a step needs to know. */
interface Building {
  readonly lab: LabDirectory;
  readonly spec: LabSpec;
  readonly names: LabNames;
  readonly options: KindUpOptions;
}

/**
 * Brings a kind lab up and leaves it running. What a dead lab of the same name left behind is undone first.
 * @throws LabError bad-spec, busy, already-up, step-failed, not-ready. Nothing is left then, unless `retain` says so.
 */
export async function upKind(lab: LabDirectory, spec: LabSpec, options: KindUpOptions): Promise<KindRecord> {
  checkKindSpec(spec);
  using _ = LabLock.take(lab);
  const names = namesOf(lab);
  if (
    lab.isNetns() ||
    (readRecord(lab) && (await nodeContainers(options.engine, names.cluster)).length > 0)
  ) {
    const down = `npm run lab:down -- --name ${lab.name}`;
    throw new LabError('already-up', `Lab ${lab.name} is up: use another --name, or take it down (${down})`);
  }
  if (entries(lab).length > 0) {
    options.progress(`cleaning up after a lab ${lab.name} that did not end by itself`);
    await undo(lab);
  }
  lab.remove();
  lab.create();
  fs.mkdirSync(lab.file('shared'), { mode: 0o755 });
  try {
    return await build({ lab, spec, names, options });
  } catch (error) {
    if (options.retain) {
      if (error instanceof Error) error.message += `\nThe cluster is left for a look: ${look(lab)}`;
    } else {
      await undo(lab);
      lab.remove();
    }
    throw error;
  }
}

function look(lab: LabDirectory): string {
  return `kubectl --kubeconfig ${lab.kubeconfig} get pods -A -o wide`;
}

async function build(building: Building): Promise<KindRecord> {
  const { lab, spec, names, options } = building;
  const { engine, progress } = options;
  progress('making the network of the nodes, fenced in');
  await makeNetwork(building);

  progress(`creating the cluster (kind, ${spec.nodes} node${spec.nodes === 1 ? '' : 's'})`);
  await createCluster(building);
  const here = await containersInOrder(engine, names, spec.nodes);
  await using client = connect({ kubeconfig: lab.kubeconfig });
  await openControlPlane(client, here[0]!.name);
  await fenceNodes(building, here);

  progress('loading images into the nodes');
  await loadImages(building);

  progress(`installing network ${spec.network}`);
  const release = await installNetwork(building, client, here);

  progress('waiting for nodes and pods to be ready');
  await waitReady(client);
  const made: KindRecord = {
    version: 1,
    name: lab.name,
    createdAt: new Date().toISOString(),
    spec,
    engine,
    cluster: names.cluster,
    apiServer: apiServerOf(lab),
    nodes: here.map(({ name }) => name),
    ...(release !== undefined && { release }),
    podImage: options.images.responder,
  };
  writeRecord(lab, made);
  return made;
}

/** A network of Docker's own for each lab: the fence knows its bridge, and no other cluster is behind it. */
async function makeNetwork({ lab, spec, names, options }: Building): Promise<void> {
  const { engine } = options;
  record(lab, { kind: 'network', name: names.network, engine });
  const families =
    spec.ipFamily === 'ipv4' ? [] : ['--ipv6', '--subnet', `fd31:${names.bridge.slice(-4)}::/64`];
  await docker(engine, [
    ...['network', 'create', '--driver', 'bridge', ...families],
    ...['--opt', `com.docker.network.bridge.name=${names.bridge}`],
    ...['--opt', 'com.docker.network.bridge.enable_ip_masquerade=false'],
    names.network,
  ]);
  record(lab, { kind: 'fence', table: names.fence });
  raiseFence(names.fence, names.bridge);
}

async function createCluster({ lab, spec, names, options }: Building): Promise<void> {
  const { engine, images, patches, programs, retain } = options;
  const shared = { host: lab.file('shared'), node: SHARED_ON_NODE };
  const file = lab.file('config/kind.yaml');
  fs.writeFileSync(file, clusterConfig({ cluster: names.cluster, spec, patches, shared }), { mode: 0o600 });
  record(lab, { kind: 'cluster', name: names.cluster, engine });
  await command(
    programs.kind,
    [
      ...['create', 'cluster', '--name', names.cluster, '--image', images.node, '--config', file],
      ...['--kubeconfig', lab.kubeconfig, ...(retain ? ['--retain'] : [])],
    ],
    { environment: environmentOf(engine, names) },
  );
}

function environmentOf({ environment }: Engine, { network }: LabNames): Record<string, string> {
  return { ...environment, KIND_EXPERIMENTAL_PROVIDER: 'docker', KIND_EXPERIMENTAL_DOCKER_NETWORK: network };
}

async function containersInOrder(
  engine: Engine,
  { cluster }: LabNames,
  count: number,
): Promise<NodeProcess[]> {
  const running = await nodeContainers(engine, cluster);
  return nodeNames(cluster, count).map((name) => {
    const found = running.find((container) => container.name === name);
    if (found) return found;
    throw new LabError('not-ready', `Node ${name} does not run`);
  });
}

/** All nodes take pods, the first one too: a scenario's `nodes` are those that its pods are spread over. */
async function openControlPlane(client: KubeClient, name: string): Promise<void> {
  const { spec } = await client.get<Node>(NODES, name);
  const taints = (spec?.taints ?? []).filter(({ key }) => key !== CONTROL_PLANE_TAINT);
  if (taints.length === (spec?.taints ?? []).length) return;
  await client.patch(NODES, name, undefined, { type: 'merge', body: { spec: { taints } } });
}

async function fenceNodes({ spec, names, options }: Building, here: readonly NodeProcess[]): Promise<void> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const gateways = (await docker(options.engine, ['network', 'inspect', '--format', format, names.network]))
    .trim()
    .split(' ')
    .filter(Boolean);
  const four = gateways.find((address) => !address.includes(':'));
  const six = gateways.find((address) => address.includes(':'))?.split('/')[0];
  const routers = { ...(four && { ipv4: four }), ...(six && { ipv6: six }) };
  for (const node of here) fenceNode(node, spec, routers);
}

async function loadImages({ names, options }: Building): Promise<void> {
  const { engine, images, programs } = options;
  const wanted = [images.responder, ...(images.churnlab === undefined ? [] : [images.churnlab])];
  await command(programs.kind, ['load', 'docker-image', ...wanted, '--name', names.cluster], {
    environment: environmentOf(engine, names),
  });
}

/** Returns the namespace of our chart, where the network is ours. */
async function installNetwork(
  { lab, spec, options }: Building,
  client: KubeClient,
  here: readonly NodeProcess[],
): Promise<string | undefined> {
  const { onKind } = networkOf(spec);
  if (onKind?.by === 'conflist') {
    await installConflist(onKind, spec, client, here);
    return undefined;
  }
  const { status } = await client.get<Node>(NODES, here[0]!.name);
  const apiServer = status!.addresses!.find(({ type }) => type === 'InternalIP')!.address;
  const values = chartValues({ spec, image: options.images.churnlab!, apiServer });
  const file = lab.writeJson('config/values.json', values);
  await command(options.programs.helm!, [
    ...['upgrade', '--install', RELEASE, options.chart, '--namespace', NAMESPACE, '--create-namespace'],
    ...['--values', file, '--kubeconfig', lab.kubeconfig],
  ]);
  return NAMESPACE;
}

function apiServerOf(lab: LabDirectory): string {
  const text = fs.readFileSync(lab.kubeconfig, 'utf8');
  return /server: (\S+)/.exec(text)?.[1] ?? '';
}
