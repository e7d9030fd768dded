import type { KubeClient, Namespace } from '../../kube/index.ts';
import { isHeld, wasHeld } from './hold.ts';
import { LAB_LABEL, TEMPORARY } from './labels.ts';
import { deleteNamespaces, deleteRoot, isRoot, labNamespaces } from './root.ts';

/** A temporary lab that is being made is not held yet. */
const MAKING_MS = 120_000;

/**
 * Deletes what runs that were killed left in a cluster, whichever machine they were on: temporary labs that nobody holds,
 * and namespaces of runs in labs that nobody holds. Returns what was deleted.
 * @throws LabError left-behind
 */
export async function sweep(client: KubeClient): Promise<string[]> {
  const namespaces = await labNamespaces(client);
  const deleted: string[] = [];
  for (const root of namespaces.filter(isRoot)) {
    const name = root.metadata.name!;
    if (root.metadata.deletionTimestamp || (await isHeld(client, name))) continue;
    if (isTemporary(root)) {
      if (!(await wasHeld(client, name)) && ageMs(root) < MAKING_MS) continue;
      await deleteRoot(client, name);
      deleted.push(name);
      continue;
    }
    const runs = namespaces
      .filter((each) => !isRoot(each) && each.metadata.labels?.[LAB_LABEL] === name)
      .map(({ metadata }) => metadata.name!);
    await deleteNamespaces(client, runs);
    deleted.push(...runs);
  }
  return deleted;
}

/** A lab that was attached by hand stays until it is taken down. */
function isTemporary({ metadata }: Namespace): boolean {
  return metadata.labels?.[TEMPORARY] === 'true';
}

function ageMs({ metadata }: Namespace): number {
  return Date.now() - Date.parse(metadata.creationTimestamp ?? '');
}
