/** Prometheus finds agents and operators by the annotations of the chart, and reads what they count. */
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { kind } from '../../../src/substrate/kind/engine.ts';
import type { TestContainers } from '../../containers/test-containers.ts';
import type { KindUp } from './kind-up.ts';

const PORT = 9090;
const PATIENCE = { timeout: 60_000, interval: 500 };
const META = '__meta_kubernetes_pod';

/** As Prometheus' own example for pods with annotations has it. */
const CONFIG = {
  global: { scrape_interval: '1s' },
  scrape_configs: [
    {
      job_name: 'pods',
      kubernetes_sd_configs: [{ role: 'pod', kubeconfig_file: '/kubeconfig' }],
      relabel_configs: [
        { source_labels: [`${META}_annotation_prometheus_io_scrape`], action: 'keep', regex: 'true' },
        { source_labels: [`${META}_container_init`], action: 'drop', regex: 'true' },
        {
          source_labels: [`${META}_ip`, `${META}_annotation_prometheus_io_port`],
          separator: ':',
          target_label: '__address__',
        },
        {
          source_labels: [`${META}_annotation_prometheus_io_path`],
          regex: '(.+)',
          target_label: '__metrics_path__',
        },
        { source_labels: [`${META}_label_app_kubernetes_io_component`], target_label: 'component' },
        { source_labels: [`${META}_node_name`], target_label: 'node' },
      ],
    },
  ],
};

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

export async function readMetrics(up: KindUp, containers: TestContainers): Promise<void> {
  const { lab, names, options } = up;
  const host = `${names.cluster}-prometheus`;
  const asked = ['get', 'kubeconfig', '--internal', '--name', names.cluster];
  const kubeconfig = await kind(options.programs.kind, options.engine, asked);
  await using _prometheus = await (await containers.of('prometheus'))
    .withName(host)
    .withNetworkMode(names.network)
    .withCopyContentToContainer([
      { content: kubeconfig, target: '/kubeconfig' },
      { content: stringify(CONFIG), target: '/prometheus.yml' },
    ])
    .withCommand(['--config.file=/prometheus.yml', '--storage.tsdb.path=/tmp/data'])
    .withWaitStrategy(containers.saying(/Server is ready to receive web requests/))
    .start();
  const [node = ''] = up.containers;
  /** Asked for from a node, which is where the container can be reached. */
  const query = async (text: string): Promise<Answer['data']['result']> => {
    const url = `http://${host}:${PORT}/api/v1/query`;
    const { stdout } = await up.docker(
      ...['exec', node, 'curl', '--silent', '--show-error', '--get'],
      ...['--data-urlencode', `query=${text}`, url],
    );
    return (JSON.parse(stdout) as Answer).data.result;
  };
  const byNode = async (text: string): Promise<Record<string, number>> =>
    Object.fromEntries((await query(text)).map(({ metric, value }) => [metric.node!, Number(value[1])]));
  const each = (value: unknown) => Object.fromEntries(lab.nodes.map((name) => [name, value]));

  // 0 where an answer could not be read.
  await expect.poll(() => byNode('up{component="agent"}'), PATIENCE).toEqual(each(1));
  await expect.poll(() => byNode('sum by (node) (up{component="operator"})'), PATIENCE).toEqual(each(1));
  const some = expect.toSatisfy((value: number) => value > 0);
  await expect
    .poll(() => byNode('sum by (node) (churnlab_agent_cni_seconds_count{verb="ADD"})'), PATIENCE)
    .toEqual(each(some));
  const p90 = 'histogram_quantile(0.9, sum by (le, node) (churnlab_agent_cni_seconds_bucket{verb="ADD"}))';
  expect(await byNode(p90)).toEqual(each(some));
  expect(await byNode('sum by (node) (churnlab_agent_addresses{state="capacity"})')).toEqual(each(some));
  expect(await byNode('sum by (node) (churnlab_agent_service_ports)')).toEqual(each(some));
}
