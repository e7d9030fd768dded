import { getIfThere, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import type { DialerProcess, TrafficHost, TrafficPlace } from '../../traffic/index.ts';
import { LabError } from '../lab-error.ts';
import { DIALER_PORT, type Dialling, dialerSocket, SAMPLES_FOLDER } from './dialling.ts';

/** How traffic finds its way in a cluster: dialers are pods, which Kubernetes starts again. */
export function clusterTrafficHost(
  client: KubeClient,
  nodes: readonly string[],
  dialling: Dialling,
): TrafficHost {
  return {
    directory: dialling.by === 'folder' ? dialling.path : dialling.directory,
    nodes,
    dialer: (name) => dialerOf(client, dialling, name),
    find: (target) => find(client, target),
    // Responders are the backends' own containers.
    answerForPods: async () => {},
  };
}

/** @throws LabError no-such-place for what is no pod; not-ready for a pod without a node */
async function find(client: KubeClient, target: string): Promise<TrafficPlace> {
  const [namespace, name] = target.includes('/') ? target.split('/', 2) : ['default', target];
  const pod = await getIfThere<Pod>(client, PODS, name!, namespace);
  if (!pod) throw new LabError('no-such-place', `Expected a pod to dial from in a cluster, got ${target}`);
  const node = pod.spec.nodeName;
  if (!node) throw new LabError('not-ready', `Pod ${target} has no node yet (kubectl describe pod says why)`);
  return { name: target, node, netns: '', isPod: true, dialer: `${namespace}/${name}` };
}

async function dialerOf(client: KubeClient, dialling: Dialling, pod: string): Promise<DialerProcess> {
  const [namespace = '', name = ''] = pod.split('/');
  const socket = dialerSocket(dialling, namespace, name);
  const relay =
    dialling.by === 'folder'
      ? undefined
      : await dialling.forwarder.listen({ namespace, name, port: DIALER_PORT }, socket);
  return {
    socket,
    ...(relay && { remoteFolder: SAMPLES_FOLDER }),
    isAlive: async () => (await getIfThere(client, PODS, name, namespace)) !== undefined,
    lastWords: async () => relay?.trouble() || `see kubectl logs --namespace ${namespace} ${name}`,
    // It ends with its owner's connection, and its pod with the run's namespace.
    stop: async () => {
      await relay?.[Symbol.asyncDispose]();
    },
  };
}
