import fs from 'node:fs';
import path from 'node:path';
import { Cidr, type Family } from '../ip/index.ts';
import { HostLocalSource } from '../ipam/host-local/index.ts';
import {
  type AddressSource,
  AllocationLog,
  HostAllocator,
  type HostRecord,
  MultiPoolSource,
} from '../ipam/index.ts';
import type { AgentSettings } from './config.ts';
import { HOLD_MS } from './pool-hold.ts';

/** Where the host-local plugin keeps the addresses of a network of our name. */
const HOST_LOCAL = 'var/lib/cni/networks/churnlab';
/** Logs of pools: the name of a pool is that of an object of Kubernetes, and so that of a file. */
const POOL_LOG = /^ipam-(.+)\.log$/;

/**
 * The addresses of a node, kept as the configuration says.
 * @param root the node's file system as a path
 * @param state folder that lives as long as the node's pods
 * @throws IpamError `log-corrupt`, `log-failed`
 */
export async function openAddresses(
  root: string,
  state: string,
  config: AgentSettings,
): Promise<AddressSource> {
  const families = familiesOf(config);
  if (config.store === 'host-local') {
    // Pods have a link-local gateway, so that none is kept back.
    return new HostLocalSource({ folder: path.join(root, HOST_LOCAL), families, gateway: 'elsewhere' });
  }
  const store = new AllocationLog<HostRecord>(path.join(state, 'ipam.log'));
  return HostAllocator.open({ families, store, cooldownMs: config.cooldownMs });
}

/**
 * The addresses of a node out of several pools, in a log for each pool.
 * @param state folder that lives as long as the node's pods
 * @throws IpamError `log-corrupt`, `log-failed`
 */
export function openPools(state: string, config: AgentSettings): Promise<MultiPoolSource> {
  const logs = fs.existsSync(state) ? fs.readdirSync(state) : [];
  return MultiPoolSource.open({
    families: familiesOf(config),
    cooldownMs: config.cooldownMs,
    preAllocate: config.preAllocate,
    holdMs: HOLD_MS,
    pools: logs.flatMap((name) => POOL_LOG.exec(name)?.[1] ?? []),
    store: (pool) => new AllocationLog<HostRecord>(path.join(state, `ipam-${pool}.log`)),
  });
}

/** Families of the cluster: a pod has an address of each. */
function familiesOf({ clusterCidrs }: AgentSettings): Family[] {
  return [...new Set(clusterCidrs.map((text) => Cidr.parse(text).cidr.family))];
}
