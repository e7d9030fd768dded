import fs from 'node:fs';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { clusterConfig } from './cluster-config.ts';
import { type Engine, kind, nodeContainers } from './engine.ts';
import { record } from './journal.ts';
import { SHARED_ON_NODE } from './kind-record.ts';
import { containerNamesOf } from './names.ts';
import { untilContainerd } from './until-containerd.ts';

const CONTROL_PLANE_TAINT = 'node-role.kubernetes.io/control-plane';

/** kind's word for what comes after its last change of the nodes' containerd, which it then starts anew. */
const NODES_CONFIGURED = 'Starting control-plane';

/**
 * kind makes the cluster; it removes what it made when it fails, unless the lab is to be left. Images are loaded into
 * the nodes meanwhile: they are there long before the API is.
 */
export async function createCluster(building: Building): Promise<void> {
  const { lab, spec, names, options } = building;
  const { engine, images, patches, programs, progress, retain } = options;
  const shared = { host: lab.file('shared'), node: SHARED_ON_NODE };
  const file = lab.file('config/kind.yaml');
  fs.writeFileSync(file, clusterConfig({ cluster: names.cluster, spec, patches, shared }), { mode: 0o600 });
  record(lab, { kind: 'cluster', name: names.cluster, engine });
  let loading: Promise<void> | undefined;
  const onLine = (line: string): void => {
    const step = stepOf(line);
    if (step === undefined) return;
    progress(`kind: ${step}`);
    if (step !== NODES_CONFIGURED) return;
    loading = loadImages(building);
    // It is waited for below, when kind is done.
    loading.catch(() => {});
  };
  const creating = kind(
    programs.kind,
    engine,
    [
      ...['create', 'cluster', '--name', names.cluster, '--image', images.node, '--config', file],
      ...['--kubeconfig', lab.kubeconfig, ...(retain ? ['--retain'] : [])],
    ],
    // Our network in place of its own.
    { environment: { KIND_EXPERIMENTAL_DOCKER_NETWORK: names.network }, onLine },
  );
  try {
    await creating;
  } catch (error) {
    // Whoever loads into nodes that are gone ends, too.
    await loading?.catch(() => {});
    throw error;
  }
  progress('loading images into the nodes');
  await (loading ?? loadImages(building));
}

/** `Preparing nodes` of the line ` • Preparing nodes 📦 📦  ...` by which kind begins a step; undefined for others. */
export function stepOf(line: string): string | undefined {
  const [, words] = /^ • ([\x20-\x7e]+)/.exec(line) ?? [];
  return words?.replace(/\.\.\.$/, '').trim();
}

/** Nodes that run, the control plane first. @throws LabError not-ready */
export async function containersInOrder(
  engine: Engine,
  cluster: string,
  count: number,
): Promise<NodeProcess[]> {
  const running = await nodeContainers(engine, cluster);
  return containerNamesOf(cluster, count).map((container, index) => {
    const pid = running.find(({ name }) => name === container)?.pid;
    if (pid === undefined) throw new LabError('not-ready', `Node ${container} does not run`);
    return { name: `n${index + 1}`, pid };
  });
}

/** All nodes take pods, the first one too: a scenario's `nodes` are those that its pods are spread over. */
export async function openControlPlane(client: KubeClient, name: string): Promise<void> {
  const { spec } = await client.get<Node>(NODES, name);
  const taints = (spec?.taints ?? []).filter(({ key }) => key !== CONTROL_PLANE_TAINT);
  if (taints.length === (spec?.taints ?? []).length) return;
  await client.patch(NODES, name, undefined, { type: 'merge', body: { spec: { taints } } });
}

/** Images of pods and of the network; archives of others as they are. */
async function loadImages({ names, options, spec }: Building): Promise<void> {
  const { engine, images, programs, archives } = options;
  const wanted = [images.responder, ...(images.network === undefined ? [] : [images.network])];
  const load = (what: string, from: readonly string[]) =>
    kind(programs.kind, engine, ['load', what, ...from, '--name', names.cluster]);
  const nodes = await containersInOrder(engine, names.cluster, spec.nodes);
  await Promise.all(nodes.map(untilContainerd));
  await load('docker-image', wanted);
  if (archives.length > 0) await load('image-archive', archives);
}
