import path from 'node:path';
import { isReason, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import type { DialerProcess, TrafficHost, TrafficPlace } from '../../traffic/index.ts';
import { LabError } from '../lab-error.ts';

/** A folder that this machine, nodes and pods share: for sockets and samples of dialers, which run in pods. */
export interface SharedFolder {
  /** Here, and in pods. */
  readonly path: string;
  /** On the nodes. */
  readonly onNode: string;
}

/** Where the dialer of a pod listens: its container names the socket so (ClusterPods). */
export function dialerSocket({ path: folder }: SharedFolder, namespace: string, name: string): string {
  return path.join(folder, `${namespace}.${name}.sock`);
}

/**
 * How traffic finds its way in a cluster of this machine: dialers are pods, which Kubernetes starts again, and whose
 * sockets are on a shared folder.
 */
export function clusterTrafficHost(
  client: KubeClient,
  nodes: readonly string[],
  shared: SharedFolder,
): TrafficHost {
  return {
    directory: shared.path,
    nodes,
    dialer: async (name) => dialerOf(client, shared, name),
    find: (target) => find(client, target),
    // Responders are the backends' own containers.
    answerForPods: async () => {},
  };
}

/** @throws LabError no-such-place for what is no pod; not-ready for a pod without a node */
async function find(client: KubeClient, target: string): Promise<TrafficPlace> {
  const [namespace, name] = target.includes('/') ? target.split('/', 2) : ['default', target];
  const pod = await podOf(client, namespace!, name!);
  if (!pod) throw new LabError('no-such-place', `Expected a pod to dial from in a cluster, got ${target}`);
  const node = pod.spec.nodeName;
  if (!node) throw new LabError('not-ready', `Pod ${target} has no node yet (kubectl describe pod says why)`);
  return { name: target, node, netns: '', isPod: true, dialer: `${namespace}/${name}` };
}

async function podOf(client: KubeClient, namespace: string, name: string): Promise<Pod | undefined> {
  try {
    return await client.get<Pod>(PODS, name, namespace);
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

function dialerOf(client: KubeClient, shared: SharedFolder, pod: string): DialerProcess {
  const [namespace = '', name = ''] = pod.split('/');
  return {
    socket: dialerSocket(shared, namespace, name),
    isAlive: async () => (await podOf(client, namespace, name)) !== undefined,
    lastWords: async () => `see kubectl logs --namespace ${namespace} ${name}`,
    // It ends with its owner's connection, and its pod with the run's namespace.
    stop: async () => {},
  };
}
