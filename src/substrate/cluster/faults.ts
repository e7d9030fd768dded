import { setTimeout as sleep } from 'node:timers/promises';
import { isReady, type KubeClient, PODS, type Pod } from '../../kube/index.ts';
import type { Network } from '../../networks/index.ts';
import type { FaultTarget } from '../lab.ts';
import { LabError } from '../lab-error.ts';
import { type Component, componentPods } from './components.ts';
import { processesOf } from './pod-processes.ts';

const LOOK_MS = 100;
const BACK_MS = 120_000;

/**
 * SIGKILL for the processes of a component where they are processes of this machine; elsewhere its pod is deleted at
 * once. Whoever keeps it starts it again, in its own time.
 * @throws LabError bad-spec
 */
export async function killComponent(
  client: KubeClient,
  network: Network,
  target: FaultTarget,
  node: string | undefined,
  isHere: boolean,
): Promise<void> {
  for (const { metadata } of await hit(client, network, target, node)) {
    const pids = isHere ? processesOf([{ metadata } as Pod]).get(metadata.uid!)! : [];
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    if (pids.length === 0) {
      await client.delete(PODS, metadata.name!, metadata.namespace, { gracePeriodSeconds: 0 });
    }
  }
}

/**
 * The pod is deleted, as an upgrade would. Resolves when another one is Ready in its place.
 * @throws LabError bad-spec; not-ready when none is after two minutes
 */
export async function restartComponent(
  client: KubeClient,
  network: Network,
  target: FaultTarget,
  node: string | undefined,
): Promise<void> {
  const old = await hit(client, network, target, node);
  for (const { metadata } of old) await client.delete(PODS, metadata.name!, metadata.namespace);
  const known = new Set(old.map(({ metadata }) => metadata.uid));
  const deadline = Date.now() + BACK_MS;
  for (;;) {
    const now = (await pods(client, network, target, node)).filter(
      ({ metadata }) => !known.has(metadata.uid),
    );
    if (now.length >= old.length && now.every(isReady)) return;
    if (Date.now() > deadline) throw new LabError('not-ready', `${target} is not Ready again after 2 min`);
    await sleep(LOOK_MS);
  }
}

async function hit(
  client: KubeClient,
  network: Network,
  target: FaultTarget,
  node: string | undefined,
): Promise<Pod[]> {
  const found = await pods(client, network, target, node);
  if (found.length > 0) return found;
  throw new LabError('bad-spec', `There is no ${target}${node ? ` on ${node}` : ''} in this cluster`);
}

async function pods(
  client: KubeClient,
  network: Network,
  target: FaultTarget,
  node: string | undefined,
): Promise<Pod[]> {
  const all = await componentPods(client, network, componentOf(target));
  return all.map(({ pod }) => pod).filter(({ spec }) => node === undefined || spec.nodeName === node);
}

function componentOf(target: FaultTarget): Component {
  if (target === 'agent' || target === 'operator' || target === 'kube-proxy') return target;
  throw new LabError('bad-spec', `Expected agent, operator or kube-proxy in a cluster, got ${target}`);
}
