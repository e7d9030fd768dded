import type { RawAccess } from '../../kube/index.ts';
import type { RuntimeCost } from '../lab.ts';
import { parseMetrics, valuesOf } from '../metrics-text.ts';

/** Where containerd's metrics are, by the configuration that a kind lab gives it. */
export const CONTAINERD_PORT = 1338;

const SOURCES = [
  {
    metric: 'kubelet.sandbox',
    at: (node: string) => `${node}/proxy/metrics`,
    histogram: 'kubelet_runtime_operations_duration_seconds',
    labels: 'operation_type="run_podsandbox"',
  },
  {
    metric: 'containerd.network',
    at: (node: string) => `${node}:${CONTAINERD_PORT}/proxy/v1/metrics`,
    histogram: 'containerd_cri_network_plugin_operations_duration_seconds_seconds',
    labels: 'operation_type="set_up_pod"',
  },
] as const;

/** How many sandboxes a node's kubelet has tried to make in vain so far, each of which it makes again. */
export async function failedSandboxes(client: RawAccess, node: string): Promise<number> {
  const metrics = parseMetrics(await client.text(`/api/v1/nodes/${node}/proxy/metrics`));
  const label = 'operation_type="run_podsandbox"';
  return valuesOf(metrics, 'kubelet_runtime_operations_errors_total', label).reduce((all, n) => all + n, 0);
}

/** What kubelet and containerd of each node say of sandboxes so far; whoever does not answer is left out. */
export async function runtimeCosts(client: RawAccess, nodes: readonly string[]): Promise<RuntimeCost[]> {
  const asked = nodes.flatMap((node) => SOURCES.map((source) => ({ node, ...source })));
  const answers = await Promise.allSettled(
    asked.map(async ({ node, metric, at, histogram, labels }) => {
      const metrics = parseMetrics(await client.text(`/api/v1/nodes/${at(node)}`));
      const sum = (part: string): number =>
        valuesOf(metrics, `${histogram}_${part}`, labels).reduce((all, value) => all + value, 0);
      return { node, metric, count: sum('count'), seconds: sum('sum') };
    }),
  );
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}
