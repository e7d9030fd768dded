import { apiVersionOf, IP_POOLS, type IpPool, type KubeClient } from '../kube/index.ts';
import type { Change } from '../scenario/index.ts';

/** A change of the pools in a few words, for the run's events. */
export function changeText(change: Change): string {
  switch (change.action) {
    case 'growPool':
      return `pool ${change.pool} grows by ${change.cidrs.join(', ')}`;
    case 'addPool':
      return `pool ${change.pool} is added: ${change.cidrs.join(', ')}, /${change.nodeMask} at a time`;
    case 'removePool':
      return `pool ${change.pool} is removed`;
  }
}

/** Changes the IPPool as its owner would, through the API. Throws KubeError when that is refused. */
export async function changePool(client: KubeClient, change: Change): Promise<void> {
  if (change.action === 'removePool') {
    await client.delete(IP_POOLS, change.pool);
    return;
  }
  const family = change.cidrs[0]!.includes(':') ? 'ipv6' : 'ipv4';
  if (change.action === 'addPool') {
    await client.create<IpPool>(IP_POOLS, {
      apiVersion: apiVersionOf(IP_POOLS),
      kind: 'IPPool',
      metadata: { name: change.pool },
      spec: { [family]: { cidrs: change.cidrs, maskSize: change.nodeMask } },
    });
    return;
  }
  const { spec } = await client.get<IpPool>(IP_POOLS, change.pool);
  const cidrs = [...(spec[family]?.cidrs ?? []), ...change.cidrs];
  await client.patch(IP_POOLS, change.pool, undefined, {
    type: 'merge',
    body: { spec: { [family]: { cidrs } } },
  });
}
