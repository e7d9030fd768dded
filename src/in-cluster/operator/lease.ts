import { deleteIfThere, type KubeClient, LEASES } from '../../kube/index.ts';

/** Name of the Lease that the leader holds, in the namespace of the operator's pods. */
export const LEASE = 'churnlab-operator';

/** Once no operator runs any more. */
export async function removeLease(client: KubeClient, namespace: string): Promise<void> {
  await deleteIfThere(client, LEASES, LEASE, namespace);
}
