/** GC on a node, as a runtime with CNI 1.1 calls it; containerd up to 2.3 does not. */
import { expect } from 'vitest';
import type { KindUp } from './kind-up.ts';

const LEAKED = 'leaked';
/** Of an attachment that containerd made and has not removed: libcni's cache, by which libcni's own GC goes. */
const KNOWN = /^churnlab-([0-9a-f]{64})-(\w+)$/;

export async function collectsWhatContainerdDoesNotKnow(up: KindUp): Promise<void> {
  const { lab } = up;
  const addresses = async () => [...((await lab.inventory()).addresses ?? [])].sort();
  const before = await addresses();
  // One with pods: CoreDNS has two.
  const node = before[0]!.split(' ')[0]!;
  const container = up.containers[lab.nodes.indexOf(node)]!;
  const sh = async (script: string) => (await up.docker('exec', container, 'sh', '-c', script)).stdout;
  const plugin = async (command: string, config: object = {}) => {
    const about = `CNI_CONTAINERID=${LEAKED} CNI_NETNS=/run/netns/${LEAKED} CNI_IFNAME=eth0`;
    const environment = `CNI_COMMAND=${command} CNI_PATH=/opt/cni/bin ${about}`;
    const stdin = JSON.stringify({ cniVersion: '1.1.0', name: 'churnlab', type: 'churnlab-cni', ...config });
    const printed = await sh(`printf %s '${stdin}' | ${environment} /opt/cni/bin/churnlab-cni`);
    return printed === '' ? {} : JSON.parse(printed);
  };
  const known = (await sh('ls /var/lib/cni/results')).split('\n').flatMap((file) => {
    const [, containerID, ifname] = KNOWN.exec(file) ?? [];
    return containerID === undefined ? [] : [{ containerID, ifname }];
  });
  expect(known).not.toEqual([]);

  await sh(`ip netns add ${LEAKED}`);
  const { ips } = await plugin('ADD');
  const leaked = `${node} ${ips[0].address.split('/')[0]}`;
  expect(await addresses()).toContain(leaked);
  expect(await plugin('GC', { 'cni.dev/valid-attachments': known })).toEqual({});
  expect(await addresses()).toEqual(before);
  await sh(`ip netns delete ${LEAKED}`);
}
