import fs from 'node:fs';
import { type KubeClient, NODES, type Node } from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';
import type { NodeProcess } from '../node-inventory.ts';
import type { Building } from './building.ts';
import { clusterConfig } from './cluster-config.ts';
import { command, type Engine, nodeContainers } from './engine.ts';
import { record } from './journal.ts';
import { SHARED_ON_NODE } from './kind-record.ts';
import { containerNamesOf, type LabNames } from './names.ts';

const CONTROL_PLANE_TAINT = 'node-role.kubernetes.io/control-plane';

/** kind makes the cluster; it removes what it made when it fails, unless the lab is to be left. */
export async function createCluster({ lab, spec, names, options }: Building): Promise<void> {
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

/** What kind needs in its environment: our network in place of its own. */
function environmentOf({ environment }: Engine, { network }: LabNames): Record<string, string> {
  return { ...environment, KIND_EXPERIMENTAL_PROVIDER: 'docker', KIND_EXPERIMENTAL_DOCKER_NETWORK: network };
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

/** Pods' images, and that of our network. */
export async function loadImages({ names, options }: Building): Promise<void> {
  const { engine, images, programs } = options;
  const wanted = [images.responder, ...(images.churnlab === undefined ? [] : [images.churnlab])];
  await command(programs.kind, ['load', 'docker-image', ...wanted, '--name', names.cluster], {
    environment: environmentOf(engine, names),
  });
}
