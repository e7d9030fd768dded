import { clusterCidrCrd } from './cluster-cidr.ts';
import type { Crd } from './crd.ts';
import { ipPoolCrd } from './ip-pool.ts';
import { nodeNetworkCrd } from './node-network.ts';

/** Ours: the embedded API has them from its start, the Helm chart brings them to any other. */
export const CHURNLAB_CRDS: readonly Crd[] = [nodeNetworkCrd, ipPoolCrd, clusterCidrCrd];
