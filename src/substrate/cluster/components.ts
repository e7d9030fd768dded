import { type KubeClient, PODS, type Pod } from '../../kube/index.ts';

/** What of a cluster is looked at, and can be hit. */
export type Component = 'agent' | 'operator' | 'kube-proxy';

const NETWORK = 'app.kubernetes.io/name=churnlab';
const SELECTORS: Readonly<Record<Component, string>> = {
  agent: `${NETWORK},app.kubernetes.io/component=agent`,
  operator: `${NETWORK},app.kubernetes.io/component=operator`,
  // As kubeadm deploys it.
  'kube-proxy': 'k8s-app=kube-proxy',
};

/** A pod of a component that runs, or is to. */
export interface ComponentPod {
  readonly component: Component;
  readonly pod: Pod;
}

/** Pods of components, of one or of all; those that are to end are left out. */
export async function componentPods(client: KubeClient, only?: Component): Promise<ComponentPod[]> {
  const wanted = only ? [only] : (Object.keys(SELECTORS) as Component[]);
  const lists = await Promise.all(
    wanted.map(async (component) => {
      const { items } = await client.list<Pod>(PODS, { labelSelector: SELECTORS[component] });
      const alive = items.filter(({ metadata }) => !metadata.deletionTimestamp);
      return alive.map((pod) => ({ component, pod }));
    }),
  );
  return lists.flat();
}
