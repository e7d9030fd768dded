import { setTimeout as sleep } from 'node:timers/promises';
import { deleteIfThere, PODS, type Pod } from '../kube/index.ts';
import type { Lab, SandboxDriver } from '../substrate/index.ts';
import { RunNamespace } from './run-namespace.ts';

const LOOK_MS = 100;
/** How long a first pod may take before the run goes on without it: what is wrong will show in the run. */
const PATIENCE_MS = 60_000;

/**
 * One pod on every node, unmeasured: what a network sets up with its first pod and keeps (the bridge plugin its
 * bridge, portmap its chains) is part of the node, not a leftover of the pods that are measured. Where the scenario
 * may run out of addresses, those of these pods rest until they can be had again: the first phase finds all of them.
 */
export async function warmUp(lab: Lab, run: string): Promise<void> {
  if (lab.sandboxes) await bySandboxes(lab.sandboxes, lab.nodes, run);
  else await byPods(lab, run);
  const { network, ipam } = lab.spec;
  if (network === 'churnlab' && ipam.allowExhaustion) await sleep(ipam.cooldown / 1e6);
}

async function bySandboxes(driver: SandboxDriver, nodes: readonly string[], run: string): Promise<void> {
  for (const node of nodes) {
    const name = `${run}-warm-up-${node}`;
    const { ok } = await driver.addSandbox(node, name);
    if (ok) await driver.removeSandbox(node, name);
  }
}

async function byPods({ client, nodes, pods, belonging }: Lab, run: string): Promise<void> {
  await using own = await RunNamespace.make(client, `${run}-warm-up`, belonging);
  const namespace = own.name;
  await pods.namespaceReady(namespace);
  for (const [index, nodeName] of nodes.entries()) {
    const metadata = { name: `warm-up-${index + 1}`, namespace };
    const spec = { ...pods.idle(), nodeName };
    await client.create<Pod>(PODS, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  }
  const list = async () => (await client.list<Pod>(PODS, { namespace })).items;
  await until(async () => (await list()).every(({ status }) => status?.podIP));
  for (const { metadata } of await list()) {
    await deleteIfThere(client, PODS, metadata.name!, namespace, { gracePeriodSeconds: 1 });
  }
  await until(async () => (await list()).length === 0);
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isDone()) && Date.now() < deadline) await sleep(LOOK_MS);
}
