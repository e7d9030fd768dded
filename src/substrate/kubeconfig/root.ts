import { createHash } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  apiVersionOf,
  isReason,
  type KubeClient,
  NAMESPACES,
  type Namespace,
  type OwnerReference,
} from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';
import type { LabDirectory } from '../netns/index.ts';
import { LAB_LABEL, TEMPORARY } from './labels.ts';

const LOOK_MS = 250;
const GONE_MS = 180_000;
/** Policies of Pod Security Admission that pods of a run keep to: no host paths, ports or privileges. */
const POD_SECURITY = { 'pod-security.kubernetes.io/enforce': 'baseline' };

/** What a lab's own namespace is called: labs of one name on two machines, or in two clones, do not meet. */
export function rootName({ name, path }: LabDirectory): string {
  const mark = createHash('sha256').update(`${os.hostname()} ${path}`).digest('hex').slice(0, 6);
  return `churnlab-lab-${name}-${mark}`;
}

/**
 * Makes a lab's own namespace, or finds it. All other namespaces of the lab have it as their owner, so that deleting it
 * deletes everything, whoever does so and whoever has died before.
 */
export async function makeRoot(client: KubeClient, name: string, temporary: boolean): Promise<Namespace> {
  const labels = { [LAB_LABEL]: name, ...POD_SECURITY, ...(temporary && { [TEMPORARY]: 'true' }) };
  try {
    const type = { apiVersion: apiVersionOf(NAMESPACES), kind: NAMESPACES.kind };
    return await client.create<Namespace>(NAMESPACES, { ...type, metadata: { name, labels } });
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    return await client.get<Namespace>(NAMESPACES, name);
  }
}

/** What a namespace of a run has, so that it belongs to its lab. */
export function belonging({ metadata }: Namespace): {
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
} {
  const { name = '', uid = '' } = metadata;
  const owner = { apiVersion: apiVersionOf(NAMESPACES), kind: NAMESPACES.kind, name, uid };
  return { labels: { [LAB_LABEL]: name, ...POD_SECURITY }, ownerReferences: [owner] };
}

/** All namespaces of labs, those of runs among them. */
export async function labNamespaces(client: KubeClient): Promise<readonly Namespace[]> {
  return (await client.list<Namespace>(NAMESPACES, { labelSelector: LAB_LABEL })).items;
}

/** Whether it is a lab's own, rather than that of a run. */
export function isRoot({ metadata }: Namespace): boolean {
  return metadata.labels?.[LAB_LABEL] === metadata.name;
}

/**
 * Deletes a lab's own namespace and waits until it and all that belong to it are gone.
 * @returns false when there was nothing
 * @throws LabError left-behind when they are not gone after three minutes
 */
export async function deleteRoot(client: KubeClient, root: string): Promise<boolean> {
  const there = async (): Promise<string[]> => {
    const { items } = await client.list<Namespace>(NAMESPACES, { labelSelector: `${LAB_LABEL}=${root}` });
    return items.map(({ metadata }) => metadata.name!);
  };
  const found = await there();
  if (found.length === 0) return false;
  await deleteNamespace(client, root);
  await untilGone(there);
  return true;
}

/** Deletes namespaces of runs and waits for their end. @throws LabError left-behind */
export async function deleteNamespaces(client: KubeClient, names: readonly string[]): Promise<void> {
  for (const name of names) await deleteNamespace(client, name);
  await untilGone(async () =>
    (await labNamespaces(client))
      .map(({ metadata }) => metadata.name!)
      .filter((name) => names.includes(name)),
  );
}

async function deleteNamespace(client: KubeClient, name: string): Promise<void> {
  await client.delete(NAMESPACES, name).catch((error: unknown) => {
    // Gone already, or on its way.
    if (!isReason(error, 'NotFound', 'Conflict')) throw error;
  });
}

async function untilGone(there: () => Promise<string[]>): Promise<void> {
  const deadline = Date.now() + GONE_MS;
  for (;;) {
    const left = await there();
    if (left.length === 0) return;
    if (Date.now() > deadline) {
      const message = `${left.join(', ')} not gone after ${GONE_MS / 1000} s: kubectl describe namespace says why`;
      throw new LabError('left-behind', message);
    }
    await sleep(LOOK_MS);
  }
}
