import { apiVersionOf, IP_POOLS, type IpPool, type KubeClient } from '../../../kube/index.ts';
import type { LabSpec } from '../../../scenario/index.ts';
import { families } from './operator-config.ts';

type Pools = LabSpec['ipam']['pools'];

/** IPPools of mode `multi-pool`, one for each name of a pool, with the families that it has. */
export function ipPools(pools: Pools): IpPool[] {
  return Array.from(
    Map.groupBy(pools, ({ name }) => name),
    ([name, parts]) => {
      const { ipv4, ipv6 } = families(parts);
      return {
        apiVersion: apiVersionOf(IP_POOLS),
        kind: IP_POOLS.kind,
        metadata: { name },
        spec: { ...(ipv4 ? { ipv4 } : {}), ...(ipv6 ? { ipv6 } : {}) },
      };
    },
  );
}

/** Makes them in the API. @throws KubeError */
export async function createIpPools(client: KubeClient, pools: Pools): Promise<void> {
  for (const object of ipPools(pools)) await client.create(IP_POOLS, object);
}
