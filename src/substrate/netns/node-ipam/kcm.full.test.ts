import fs from 'node:fs';
import { expect, test } from 'vitest';
import { ensureTool } from '../../../../lab/tools/index.ts';
import { EVENTS, type KubeEvent, NODES, type Node } from '../../../kube/index.ts';
import { TestLab } from '../../testing/test-lab.ts';
import { KUBE_CONTROLLER_MANAGER } from './index.ts';

test('mode kcm: the real kube-controller-manager serves the nodes of a lab, also after it was killed', async () => {
  const program = await ensureTool('kube-controller-manager', { onProgress: (line) => console.log(line) });
  const pools = [{ cidrs: ['10.20.0.0/26'], nodeMask: 28 }];
  const fields = { nodes: 2, ipam: { mode: 'kcm' as const, pools } };
  await using up = await TestLab.up(fields, { name: 'kcm', tools: { [KUBE_CONTROLLER_MANAGER]: program } });
  const { lab } = up;
  const cidrs = async () =>
    (await lab.client.list<Node>(NODES)).items.flatMap(({ spec }) => spec?.podCIDRs ?? []).sort();
  expect(await cidrs()).toEqual(['10.20.0.0/28', '10.20.0.16/28']);
  const [address] = await up.addPod('n1', 'pod');
  expect(['10.20.0.1', '10.20.0.17']).toContain(address);

  // A fault that hits the operator hits what stands in its place.
  await lab.kill('operator', undefined, 0);
  const join = (name: string) =>
    lab.client.create<Node>(NODES, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: { unschedulable: true },
    });
  await join('h1');
  await join('h2');
  await expect.poll(cidrs).toEqual(['10.20.0.0/28', '10.20.0.16/28', '10.20.0.32/28', '10.20.0.48/28']);
  const { processes } = await lab.status();
  expect(processes.find(({ name }) => name === KUBE_CONTROLLER_MANAGER)).toMatchObject({ restarts: 1 });

  await join('h3');
  const events = async () =>
    (await lab.client.list<KubeEvent>(EVENTS)).items.map(
      ({ reason, involvedObject }) => `${involvedObject.name} ${reason}`,
    );
  await expect.poll(events).toContain('h3 CIDRNotAvailable');
  expect((await lab.ipam()).waiting).toMatchObject([{ node: 'h3' }]);
  expect(fs.readFileSync(up.directory.log(KUBE_CONTROLLER_MANAGER), 'utf8')).toContain('Set node PodCIDR');
});
