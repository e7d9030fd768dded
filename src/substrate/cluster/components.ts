import { type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import type { Network, NetworkDaemon } from '../../networks/index.ts';

/** What of a cluster is looked at, and can be hit. */
export type Component = 'agent' | 'operator' | 'kube-proxy';

/** Beside what the network has on its nodes. */
const OTHERS: Readonly<Record<Exclude<Component, 'agent'>, readonly NetworkDaemon[]>> = {
  operator: [
    { name: 'operator', pods: 'app.kubernetes.io/name=churnlab,app.kubernetes.io/component=operator' },
  ],
  // As kubeadm deploys it.
  'kube-proxy': [{ name: 'kube-proxy', pods: 'k8s-app=kube-proxy' }],
};

/** A pod of a component that runs, or is to. */
export interface ComponentPod {
  readonly component: Component;
  /** Of its process, before the node's. */
  readonly name: string;
  readonly pod: Pod;
}

/** Pods of components, of one or of all; those that are to end are left out. */
export async function componentPods(
  client: KubeClient,
  { onKind }: Network,
  only?: Component,
): Promise<ComponentPod[]> {
  const daemons = { agent: onKind?.daemons ?? [], ...OTHERS };
  const wanted = only ? [only] : (Object.keys(daemons) as Component[]);
  const lists = await Promise.all(
    wanted.flatMap((component) =>
      daemons[component].map(async ({ name, namespace, pods }) => {
        const where = namespace === undefined ? {} : { namespace };
        const { items } = await client.list<Pod>(PODS, { ...where, labelSelector: pods });
        const alive = items.filter(({ metadata }) => !metadata.deletionTimestamp);
        return alive.map((pod) => ({ component, name, pod }));
      }),
    ),
  );
  return lists.flat();
}
