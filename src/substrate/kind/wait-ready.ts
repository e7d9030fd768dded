import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, NODES, type Node, PODS, type Pod } from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';

const LOOK_MS = 200;
const READY_MS = 180_000;

/**
 * Waits until all nodes and all pods that are there are Ready.
 * @throws LabError not-ready with those that are not, and why
 */
export async function waitReady(client: KubeClient): Promise<void> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const missing = await notReady(client);
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      throw new LabError(
        'not-ready',
        `After ${READY_MS / 1000} s these are not Ready:\n  ${missing.join('\n  ')}`,
      );
    }
    await sleep(LOOK_MS);
  }
}

async function notReady(client: KubeClient): Promise<string[]> {
  const [nodes, pods] = await Promise.all([client.list<Node>(NODES), client.list<Pod>(PODS)]);
  const waits = [
    ...nodes.items.flatMap(({ metadata, status }) => whyNot(`node ${metadata.name}`, status?.conditions)),
    ...pods.items
      .filter(({ status }) => status?.phase !== 'Succeeded')
      .flatMap(({ metadata, status }) =>
        whyNot(`pod ${metadata.namespace}/${metadata.name}`, status?.conditions),
      ),
  ];
  return waits;
}

function whyNot(name: string, conditions: NonNullable<Pod['status']>['conditions'] = []): string[] {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  // A pod that has no node has no condition Ready either.
  const scheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return [`${name}: ${ready?.message ?? scheduled?.message ?? 'not begun'}`];
}
