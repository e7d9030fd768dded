import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES, type Service } from '../../kube/index.ts';
import type { Lab } from '../../substrate/index.ts';
import { RunNamespace } from '../run-namespace.ts';

/** Longer than kube-proxy's default minSyncPeriod of 1 s: the Service must not come and go between two syncs. */
const APART_MS = 1200;

/**
 * A Service without endpoints that comes and goes. kube-proxy removes what it has emptied with a later sync, and it syncs when
 * something changes: without, what the last Services of a run leave stays for up to an hour (pkg/proxy/nftables/proxier.go:
 * staleChains, FullSyncPeriod; pkg/proxy/iptables/proxier.go: lastIPTablesCleanup). In a cluster that lives there is always
 * another change.
 */
export async function anotherChange({ client, belonging }: Lab, run: string): Promise<void> {
  await using own = await RunNamespace.make(client, `${run}-last`, belonging);
  const metadata = { name: 'last', namespace: own.name };
  await client.create<Service>(SERVICES, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ port: 80 }] },
  });
  await sleep(APART_MS);
  await client.delete(SERVICES, metadata.name, own.name);
  await sleep(APART_MS);
}
