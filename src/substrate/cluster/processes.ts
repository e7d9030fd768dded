import type { KubeClient } from '../../kube/index.ts';
import type { Network } from '../../networks/index.ts';
import type { ProcessStatus } from '../lab.ts';
import { usageOf } from '../process-usage.ts';
import { componentPods } from './components.ts';
import { processesOf } from './pod-processes.ts';

/** What the network on its nodes, operators and kube-proxies use, as processes of this machine: several of a pod are summed up. */
export async function componentProcesses(client: KubeClient, network: Network): Promise<ProcessStatus[]> {
  const components = await componentPods(client, network);
  const pids = processesOf(components.map(({ pod }) => pod));
  return components
    .map(({ component, name, pod: { metadata, spec, status } }) => {
      const own = pids.get(metadata.uid!)!;
      const used = own.map((pid) => usageOf(pid) ?? { cpuSeconds: 0, rssBytes: 0 });
      return {
        name: component === 'operator' ? metadata.name! : `${name}-${spec.nodeName}`,
        pid: own[0] ?? 0,
        restarts: (status?.containerStatuses ?? []).reduce(
          (sum, { restartCount = 0 }) => sum + restartCount,
          0,
        ),
        cpuSeconds: used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        rssBytes: used.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
