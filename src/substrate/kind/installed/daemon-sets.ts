import { DAEMON_SETS, type KubeClient, type KubeObject } from '../../../kube/index.ts';
import type { NetworkDaemon } from '../../../networks/index.ts';

interface DaemonSet extends KubeObject {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
}

/** DaemonSets of a cluster, by namespace and name. */
export async function daemonSets(client: KubeClient): Promise<ReadonlyMap<string, DaemonSet>> {
  const { items } = await client.list<DaemonSet>(DAEMON_SETS);
  return new Map(items.map((item) => [`${item.metadata.namespace}/${item.metadata.name}`, item]));
}

/** Those that are there now and were not before, also where an operator has made them since. */
export async function newDaemons(
  client: KubeClient,
  before: ReadonlyMap<string, DaemonSet>,
): Promise<NetworkDaemon[]> {
  const now = await daemonSets(client);
  return [...now]
    .filter(([name]) => !before.has(name))
    .map(([, { metadata, spec }]) => ({
      name: `agent-${metadata.name}`,
      namespace: metadata.namespace!,
      pods: Object.entries(spec?.selector?.matchLabels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    }));
}
