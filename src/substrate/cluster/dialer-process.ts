import { getIfThere, type KubeClient, type NamespacedName, PODS } from '../../kube/index.ts';
import type { DialerProcess } from '../../traffic/index.ts';
import { DIALER_PORT, type Dialling, dialerSocket, SAMPLES_FOLDER } from './dialling.ts';

/**
 * The dialer in a pod.
 * @param listens where it listens in a shared folder; the pod's own place by default
 */
export async function dialerOf(
  client: KubeClient,
  dialling: Dialling,
  { namespace, name }: NamespacedName,
  listens?: string,
): Promise<DialerProcess> {
  const own = dialerSocket(dialling, namespace, name);
  const socket = dialling.by === 'folder' ? (listens ?? own) : own;
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
