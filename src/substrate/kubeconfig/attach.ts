import path from 'node:path';
import { connect, type KubeClient, type KubeconfigContext, loadKubeconfig } from '../../kube/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import type { Progress } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { LabDirectory, LabLock } from '../netns/index.ts';
import { factsOf } from './facts.ts';
import { labSpecOf } from './lab-spec.ts';
import type { Needs } from './preflight/judge.ts';
import { type Preflight, preflight, requireFit } from './preflight/preflight.ts';
import { requireQuota } from './quota.ts';
import { type ClusterImages, type ClusterRecord, readRecord, writeRecord } from './record.ts';
import { deleteRoot, makeRoot, rootName } from './root.ts';
import { nodesForPods } from './survey/survey.ts';
import { sweep } from './sweep.ts';

export interface AttachOptions {
  readonly cluster: KubeconfigContext;
  readonly images: ClusterImages;
  readonly needs: Needs;
  /** For one run alone: any later command takes it away when that run was killed. */
  readonly temporary: boolean;
  /** Told before anything is refused, and before anything is made. */
  readonly onPreflight: (found: Preflight) => void;
  readonly progress: Progress;
}

/** Looks at a cluster and makes nothing. @throws LabError unfit-cluster; KubeError when the API does not answer */
export async function inspectCluster({
  cluster,
  needs,
  onPreflight,
}: Pick<AttachOptions, 'cluster' | 'needs' | 'onPreflight'>): Promise<void> {
  await using client = connect({ kubeconfig: cluster.files, context: cluster.context });
  const found = await preflight(client, needs);
  onPreflight(found);
  requireFit(found);
}

/**
 * Makes a lab of a cluster that is there: a namespace of its own, and a record here. No cluster is made, and nothing else
 * in it is touched.
 * @param wanted what a scenario asks for
 * @throws LabError busy, already-up, unfit-cluster; KubeError. Nothing is left then.
 */
export async function attach(lab: LabDirectory, wanted: LabSpec, options: AttachOptions): Promise<void> {
  using _ = LabLock.take(lab);
  if (lab.isNetns() || readRecord(lab)) {
    const down = `npm run lab:down -- --name ${lab.name}`;
    throw new LabError('already-up', `Lab ${lab.name} is up: use another --name, or take it down (${down})`);
  }
  const { cluster, images, needs, temporary, progress } = options;
  await using client = connect({ kubeconfig: cluster.files, context: cluster.context });
  progress(`looking at the cluster of context ${cluster.context}`);
  const found = await preflight(client, needs);
  options.onPreflight(found);
  requireFit(found);
  const swept = await sweep(client);
  for (const name of swept) progress(`cleaned up after a run that was killed: ${name}`);
  forget(swept, path.dirname(lab.path));

  lab.create();
  const record: ClusterRecord = {
    ...{ version: 1, name: lab.name, createdAt: new Date().toISOString(), cluster },
    ...{ root: rootName(lab), temporary, images, shared: needs.allowOtherWorkloads },
  };
  // Before anything is made in the cluster, so that a crash leaves a record too many, never one too few.
  writeRecord(lab, record);
  progress(`making namespace ${record.root}`);
  try {
    await makeRoot(client, record.root, temporary);
    await requireQuota(client, record.root, needs.pods);
    const survey = found.survey!;
    const release = survey.own?.namespace;
    writeRecord(lab, {
      ...record,
      found: {
        spec: labSpecOf(survey, wanted),
        nodes: nodesForPods(survey).map(({ name }) => name),
        apiServer: await serverOf(cluster),
        pause: survey.pause,
        ...(release !== undefined && { release }),
        facts: factsOf(survey),
      },
    });
  } catch (error) {
    // What cannot be removed now is by `lab down`: the record stays.
    await remove(client, lab, record.root).catch(() => {});
    throw error;
  }
}

async function serverOf({ files, context }: KubeconfigContext): Promise<string> {
  return (await loadKubeconfig(files, context)).getCurrentCluster()!.server;
}

/** Removes what temporary labs left here whose namespaces are gone. */
function forget(roots: readonly string[], home: string): void {
  for (const name of LabDirectory.list(home)) {
    const lab = new LabDirectory(name, home);
    const record = readRecord(lab);
    if (record?.temporary && roots.includes(record.root)) lab.remove();
  }
}

/** Deletes all of a lab in its cluster, then its record. */
async function remove(client: KubeClient, lab: LabDirectory, root: string): Promise<void> {
  await deleteRoot(client, root);
  lab.remove();
}

/**
 * Takes away all that a lab has in its cluster, whatever state it is in. Returns false when there is no such lab.
 * @throws LabError busy, left-behind; KubeError when the API does not answer
 */
export async function detach(lab: LabDirectory, progress: Progress): Promise<boolean> {
  using _ = LabLock.take(lab);
  const record = readRecord(lab);
  if (!record) return false;
  const { cluster, root } = record;
  await using client = connect({ kubeconfig: cluster.files, context: cluster.context });
  progress(`deleting namespace ${root} and all that belongs to it`);
  await remove(client, lab, root);
  return true;
}
