import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { TEST_RUNS } from '../../../kube/index.ts';
import { ForeignCluster } from '../testing/foreign-cluster.ts';
import type { Needs } from './judge.ts';
import { preflight, requireFit, runnerRoles } from './preflight.ts';

const NEEDS: Needs = {
  pods: 12,
  services: false,
  sharded: false,
  scripts: false,
  missingImages: [],
  allowOtherWorkloads: false,
};

async function start(): Promise<ForeignCluster> {
  const cluster = await ForeignCluster.start();
  onTestFinished(() => cluster[Symbol.asyncDispose]());
  return cluster;
}

/** What is refused, and with what advice. */
async function refused(cluster: ForeignCluster, needs: Partial<Needs> = {}): Promise<string> {
  const found = await preflight(cluster.client, { ...NEEDS, ...needs });
  try {
    requireFit(found);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a cluster that fits is described', async () => {
  const cluster = await start();
  await cluster.daemonSet('kube-system', 'cilium');
  await cluster.configMap('kube-system', 'cilium-cni', {
    'cni-conf.json': '{ "name": "cilium", "plugins": [] }',
  });
  const { findings, survey } = await preflight(cluster.client, NEEDS);
  expect(Object.fromEntries(findings.map(({ check, found }) => [check, found]))).toMatchObject({
    'room for pods': '20 free of maxPods 10 a node, 12 needed',
    network: 'cilium (kube-system/cilium; configurations cilium)',
    'kube-proxy': 'nftables',
    'other workloads': 'none',
    permissions: expect.stringMatching(/^\d+ granted$/),
  });
  expect(findings.filter(({ check }) => check === 'nodes').map(({ found }) => found)).toEqual([
    '2 take pods (containerd://2.3.0)',
    '1 left out (tainted: taint dedicated:NoSchedule)',
  ]);
  expect(survey?.version).toMatch(/^v1\./);
  expect(await refused(cluster)).toBe('');
});

test('a permission that is missing is named with the rule that gives it', async () => {
  const cluster = await start();
  cluster.allows = ({ verb, resource }) => !(verb === 'create' && resource === 'pods');
  expect(await refused(cluster)).toContain(
    'expected to be allowed to create pods in the whole cluster: pods of a run (rule: - { apiGroups: [""], resources: ["pods"], verbs: ["create"] })',
  );
  cluster.allows = ({ resource }) => resource !== 'leases';
  expect((await refused(cluster)).match(/leases\.coordination\.k8s\.io/g)).toHaveLength(4);
});

test('where not even a look is allowed, that is all that is said', async () => {
  const cluster = await start();
  cluster.allows = ({ resource }) => resource !== 'nodes';
  const { survey, findings } = await preflight(cluster.client, NEEDS);
  expect(survey).toBeUndefined();
  expect(findings.map(({ verdict }) => verdict)).toEqual(['refused', 'refused', 'refused']);
});

test('what a run can do without is only noted', async () => {
  const cluster = await start();
  cluster.allows = ({ resource }) => resource !== 'nodes/proxy';
  const { findings } = await preflight(cluster.client, NEEDS);
  expect(findings).toContainEqual(
    expect.objectContaining({ verdict: 'note', advice: 'kubelet.sandbox will be missing' }),
  );
  expect(await refused(cluster)).toBe('');
});

test('more permissions are asked for where more is done', async () => {
  const cluster = await start();
  cluster.allows = ({ resource }) => resource !== 'pods/portforward' && resource !== 'jobs';
  expect(await refused(cluster)).toBe('');
  expect(await refused(cluster, { services: true })).toContain('create pods/portforward');
  expect(await refused(cluster, { sharded: true })).toContain('create jobs.batch');
});

test('scripts are TestRuns where the cluster has k6-operator, else Jobs', async () => {
  const cluster = await start();
  cluster.allows = ({ resource }) => resource !== 'testruns' && resource !== 'jobs';
  const [jobs, testRuns] = [/jobs\.batch/, /testruns\.k6\.io/];
  const before = await refused(cluster, { scripts: true });
  expect(before).toMatch(jobs);
  expect(before).not.toMatch(testRuns);
  await cluster.serve(TEST_RUNS);
  const after = await refused(cluster, { scripts: true });
  expect(after).toMatch(testRuns);
  expect(after).not.toMatch(jobs);
});

test('pods of others stand against it, unless that is meant', async () => {
  const cluster = await start();
  await cluster.namespace('shop');
  await cluster.pod('shop', 'web');
  expect(await refused(cluster)).toContain('other workloads: 1 pod of others (shop/web)');
  expect(await refused(cluster, { allowOtherWorkloads: true })).toBe('');
});

test('more pods than the nodes have room for are refused', async () => {
  const cluster = await start();
  await cluster.pod('kube-system', 'dns');
  expect(await refused(cluster, { pods: 20 })).toContain(
    'room for pods: 19 free of maxPods 10 a node, expected room for 20',
  );
});

test('an image that nobody has named is asked for', async () => {
  const cluster = await start();
  const missingImages = [{ name: 'responder', why: 'pods that answer' }];
  expect(await refused(cluster, { missingImages })).toContain('--image responder=REFERENCE');
});

test('the roles give each permission once, those of the network’s namespace in a role of its own', () => {
  const documents = parseAllDocuments(runnerRoles()).map((each) => each.toJS());
  expect(documents).toMatchObject([
    { kind: 'ClusterRole', metadata: { name: 'churnlab-runner' } },
    { kind: 'Role', metadata: { name: 'churnlab-runner', namespace: 'churnlab-system' } },
  ]);
  const [cluster, role] = documents;
  const resources = (of: { rules: { resources: string[] }[] }) => of.rules.flatMap((rule) => rule.resources);
  expect(new Set(resources(cluster)).size).toBe(resources(cluster).length);
  expect(resources(cluster)).not.toContain('secrets');
  expect(resources(role)).toEqual(['pods/proxy', 'secrets']);
});
