import { setTimeout as sleep } from 'node:timers/promises';
import {
  DAEMON_SETS,
  type KubeClient,
  type KubeObject,
  NODES,
  type Node,
  PODS,
  type Pod,
} from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';

/** Reasons why the kubelet has no image. */
const NO_IMAGE: readonly string[] = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'];

interface DaemonSet extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
  };
}

const LOOK_MS = 200;
const READY_MS = 180_000;

/**
 * Waits until all nodes, all DaemonSets and all pods that are there are Ready.
 * @throws LabError not-ready with those that are not, and why; at once for an image that no node has
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
  const [nodes, pods, sets] = await Promise.all([
    client.list<Node>(NODES),
    client.list<Pod>(PODS),
    client.list<DaemonSet>(DAEMON_SETS),
  ]);
  const missing = pods.items.flatMap(missingImages);
  if (missing.length > 0) {
    const message = `Images that are not on the nodes, where nothing is pulled (--image-archive):\n  ${missing.join('\n  ')}`;
    throw new LabError('not-ready', message);
  }
  return [
    ...sets.items.flatMap(notRolledOut),
    ...nodes.items.flatMap(({ metadata, status }) => whyNot(`node ${metadata.name}`, status?.conditions)),
    ...pods.items
      .filter(({ status }) => status?.phase !== 'Succeeded')
      .flatMap(({ metadata, status }) =>
        whyNot(`pod ${metadata.namespace}/${metadata.name}`, status?.conditions),
      ),
  ];
}

function notRolledOut({ metadata, status = {} }: DaemonSet): string[] {
  const { observedGeneration, desiredNumberScheduled: wanted = 0 } = status;
  const { numberReady = 0, updatedNumberScheduled = 0 } = status;
  const isDone = observedGeneration === metadata.generation && updatedNumberScheduled >= wanted;
  if (isDone && numberReady >= wanted) return [];
  return [`DaemonSet ${metadata.namespace}/${metadata.name}: ${numberReady} of ${wanted} Ready`];
}

function missingImages({ metadata, status }: Pod): string[] {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all
    .filter(({ state }) => NO_IMAGE.includes(state?.waiting?.reason ?? ''))
    .map(({ image }) => `${image} of pod ${metadata.namespace}/${metadata.name}`);
}

function whyNot(name: string, conditions: NonNullable<Pod['status']>['conditions'] = []): string[] {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return [];
  // A pod that has no node has no condition Ready either.
  const scheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return [`${name}: ${ready?.message ?? scheduled?.message ?? 'not begun'}`];
}
