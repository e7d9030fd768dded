import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { $ } from 'zx';
import { ControlPlane } from '../../lab/kubernetes/index.ts';
import { ensureNative } from '../../lab/setup/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { ClusterNode } from '../../src/in-cluster/testing/cluster-node.ts';
import { CONFIG_MAPS, type KubeObject, PODS, type Pod } from '../../src/kube/index.ts';
import { CASES, CHART } from './chart-files.ts';

const NAMESPACE = 'churnlab-system';
/** Two Nodes start at once on a machine that may be busy. */
const START = { timeout: 60_000 };

let folder: string;
let api: ControlPlane;
let helm: string;
let kubectl: string;

beforeAll(async () => {
  const progress = { onProgress: (line: string) => console.log(line) };
  helm = await ensureTool('helm', progress);
  kubectl = await ensureTool('kubectl', progress);
  folder = await mkdtemp(path.join(tmpdir(), 'clb-chart-'));
  api = await ControlPlane.start({ folder, authorization: 'RBAC', ...progress });
  await kube('apply', '-f', path.join(CHART, 'crds'));
  await kube('create', 'namespace', NAMESPACE);
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true });
});

const kube = (...args: string[]) => $({ quiet: true })`${kubectl} --kubeconfig ${api.kubeconfig} ${args}`;

async function render(...args: string[]): Promise<string> {
  const { stdout } = await $({
    quiet: true,
  })`${helm} template churnlab ${CHART} --namespace ${NAMESPACE} ${args}`;
  return stdout;
}

const apply = (manifests: string, ...args: string[]) =>
  $({
    quiet: true,
    input: manifests,
  })`${kubectl} --kubeconfig ${api.kubeconfig} apply --server-side --force-conflicts -f - ${args}`;

test.each(CASES)(
  'a real API server takes all objects of $name, hooks included, without a warning',
  async ({ values }) => {
    const manifests = await render('--values', values, '--set', 'metrics.serviceMonitor.enabled=false');
    const { stdout, stderr } = await apply(manifests, '--dry-run=server');
    expect(stderr).toBe('');
    expect(stdout).toContain('daemonset.apps/churnlab-agent serverside-applied');
  },
);

/** Agent and operator on a node of their own, as the service accounts that the chart made, with its configuration. */
async function startNode(mode: string): Promise<ClusterNode> {
  const tokens = Object.fromEntries(
    await Promise.all(
      ['agent', 'operator'].map(async (name) => {
        const { stdout } = await kube('create', 'token', `churnlab-${name}`, '--namespace', NAMESPACE);
        return [name, stdout.trim()];
      }),
    ),
  );
  const ca = await readFile(path.join(folder, 'certs/apiserver.crt'), 'utf8');
  const port = Number(new URL(api.server).port);
  const node = await ClusterNode.up(mode, { client: api.client, port, ca, tokens });
  const { data } = (await api.client.get<KubeObject>(CONFIG_MAPS, 'churnlab', NAMESPACE)) as unknown as {
    data: Record<string, string>;
  };
  const file = (name: string) => node.write(name, data[name]!);
  for (const name of ['churnlab.bpf.o', 'services.bpf.o'] as const) {
    await node.sh(`mkdir -p /run/files && cp ${await ensureNative(name)} /run/files/${name}`);
  }
  await node.start('operator', 'operator', '--config', file('operator.json'), '--port', '9971');
  const token = path.join(node.folder, 'token');
  await node.start(
    'agent',
    'agent',
    '--config',
    file('agent.json'),
    '--token-file',
    token,
    '--files',
    '/run/files',
  );
  return node;
}

test.each(['cluster-pool', 'multi-pool', 'range', 'multi-range'])(
  'mode %s: agent and operator may do what they must, and try nothing else',
  async (mode) => {
    await apply(await render('--no-hooks', '--set', `ipam.mode=${mode}`));
    await using node = await startNode(mode);
    await expect.poll(async () => (await node.get(9970, '/readyz'))?.status, START).toBe(200);
    await api.client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `in-${mode}`, namespace: 'default' },
      spec: { nodeName: mode, containers: [{ name: 'main', image: 'pause' }] },
    });
    await expect
      .poll(() => node.has('etc/cni/net.d/10-churnlab.conflist') || mode === 'multi-pool')
      .toBe(true);
    const plugin = (await ensureNative('churnlab-cni'))!;
    const [address] = await node.addPod(`in-${mode}`, plugin);
    expect(address).toMatch(/^10\.20\./);
    await node.stop('agent');
    await node.stop('operator');
    await kube('delete', 'node', mode);
    await kube('delete', 'nodenetwork', mode);
    expect(node.log('agent') + node.log('operator')).not.toMatch(/forbidden|Unauthorized/i);
  },
);
