import { getIfThere, type KubeClient, PODS, type Pod, type RawAccess } from '../../kube/index.ts';
import type { TrafficHost, TrafficPlace } from '../../traffic/index.ts';
import { LabError } from '../lab-error.ts';
import { podTarget } from '../pod-target.ts';
import { dialerOf } from './dialer-process.ts';
import type { Dialling } from './dialling.ts';
import { scriptPods } from './scripts/script-pods.ts';

/**
 * How traffic finds its way in a cluster: dialers are pods, which Kubernetes starts again.
 * @param image with podnet-dialer
 */
export function clusterTrafficHost(
  client: KubeClient & RawAccess,
  nodes: readonly string[],
  dialling: Dialling,
  image: string,
): TrafficHost {
  return {
    directory: dialling.by === 'folder' ? dialling.path : dialling.directory,
    nodes,
    dialer: (name) => dialerOf(client, dialling, podTarget(name)),
    find: (target) => find(client, target),
    // Responders are the backends' own containers.
    answerForPods: async () => {},
    scriptPods: scriptPods(client, dialling, image),
  };
}

/** @throws LabError no-such-place for what is no pod; not-ready for a pod without a node */
async function find(client: KubeClient, target: string): Promise<TrafficPlace> {
  const { namespace, name } = podTarget(target);
  const pod = await getIfThere<Pod>(client, PODS, name, namespace);
  if (!pod) throw new LabError('no-such-place', `Expected a pod to dial from in a cluster, got ${target}`);
  const node = pod.spec.nodeName;
  if (!node) throw new LabError('not-ready', `Pod ${target} has no node yet (kubectl describe pod says why)`);
  return { name: target, node, netns: '', isPod: true, dialer: `${namespace}/${name}` };
}
