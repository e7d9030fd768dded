import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Netns } from '../../../kernel/index.ts';
import { isReady, isReason, type KubeClient, PODS, type Pod } from '../../../kube/index.ts';
import { processesOf } from '../../cluster/index.ts';
import { LabError } from '../../lab-error.ts';
import type { PodKit } from '../../pod-kit.ts';

const NAMESPACE = 'default';
const PORT = 80;
const LOOK_MS = 200;
const START_MS = 120_000;
const REACH_MS = 30_000;
const CONNECT_MS = 2000;

/** A pod that answers, and what it has. */
export interface ProbePod {
  readonly node: string;
  readonly ips: readonly string[];
}

/**
 * Makes a pod on each of two nodes, hands them over once one reaches the other, and takes them away.
 * @throws LabError not-ready when a pod does not become Ready, or does not reach the other
 */
export async function probe(
  client: KubeClient,
  kit: PodKit,
  nodes: readonly [from: string, to: string],
  look: (pods: readonly ProbePod[]) => void,
): Promise<void> {
  await kit.namespaceReady(NAMESPACE);
  const names = nodes.map((_, i) => `churnlab-probe-${i + 1}`);
  try {
    for (const [i, nodeName] of nodes.entries()) {
      await client.create<Pod>(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: names[i]!, namespace: NAMESPACE },
        spec: { ...kit.answering(PORT), nodeName },
      });
    }
    const [from, to] = await Promise.all(names.map((name) => ready(client, name)));
    for (const { ip } of to!.status!.podIPs!) await reach(from!, to!, ip);
    look([from!, to!].map(({ spec, status }) => ({ node: spec.nodeName!, ips: addressesOf(status) })));
  } finally {
    await Promise.all(names.map((name) => remove(client, name)));
  }
}

function addressesOf(status: Pod['status']): string[] {
  return (status?.podIPs ?? []).map(({ ip }) => ip);
}

/** The kubelet's probe of its port is through the node's stack: the pod has a network that works on its node. */
async function ready(client: KubeClient, name: string): Promise<Pod> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const pod = await client.get<Pod>(PODS, name, NAMESPACE);
    if (isReady(pod)) return pod;
    if (Date.now() > deadline) {
      const where = `on ${pod.spec.nodeName} has ${pod.status?.podIP ?? 'no address'}`;
      throw new LabError('not-ready', `A pod ${where} and is not Ready after ${START_MS / 1000} s`);
    }
    await sleep(LOOK_MS);
  }
}

async function reach(from: Pod, to: Pod, ip: string): Promise<void> {
  const [pid] = processesOf([from]).get(from.metadata.uid!) ?? [];
  if (pid === undefined) throw new LabError('not-ready', `No process of pod ${from.metadata.name} is here`);
  using netns = Netns.open(`/proc/${pid}/ns/net`);
  const script = `require('node:net').connect(${PORT}, ${JSON.stringify(ip)}).on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
  const connect = () => spawnSync(process.execPath, ['--eval', script], { timeout: CONNECT_MS });
  const deadline = Date.now() + REACH_MS;
  while (netns.run(connect).status !== 0) {
    if (Date.now() > deadline) {
      const way = `A pod on ${from.spec.nodeName} does not reach ${ip} on ${to.spec.nodeName}`;
      throw new LabError('not-ready', `${way} after ${REACH_MS / 1000} s`);
    }
    await sleep(LOOK_MS);
  }
}

async function remove(client: KubeClient, name: string): Promise<void> {
  const isGone = (error: unknown) => isReason(error, 'NotFound');
  try {
    await client.delete(PODS, name, NAMESPACE, { gracePeriodSeconds: 1 });
    const deadline = Date.now() + REACH_MS;
    while (Date.now() < deadline) {
      await client.get(PODS, name, NAMESPACE);
      await sleep(LOOK_MS);
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
