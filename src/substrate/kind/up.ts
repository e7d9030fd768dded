import fs from 'node:fs';
import { connect } from '../../kube/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import { type LabDirectory, LabLock } from '../netns/index.ts';
import type { Building, KindUpOptions } from './building.ts';
import { containersInOrder, createCluster, openControlPlane } from './create-cluster.ts';
import { nodeContainers } from './engine.ts';
import { fenceNodes, makeNetwork } from './fenced-network.ts';
import { installNetwork } from './install-network.ts';
import { entries, undo } from './journal.ts';
import { type KindRecord, readRecord, writeRecord } from './kind-record.ts';
import { namesOf } from './names.ts';
import { checkKindSpec } from './spec-check.ts';
import { waitReady } from './wait-ready.ts';

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
  const here = await containersInOrder(engine, names.cluster, spec.nodes);
  await using client = connect({ kubeconfig: lab.kubeconfig });
  await openControlPlane(client, here[0]!.name);
  await fenceNodes(building, here);

  progress(`installing network ${spec.network}`);
  const installed = await installNetwork(building, client, here);

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
    ...installed,
    podImage: options.images.responder,
  };
  writeRecord(lab, made);
  return made;
}

function apiServerOf(lab: LabDirectory): string {
  const text = fs.readFileSync(lab.kubeconfig, 'utf8');
  return /server: (\S+)/.exec(text)?.[1] ?? '';
}
