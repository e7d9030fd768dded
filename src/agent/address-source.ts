import fs from 'node:fs';
import path from 'node:path';
import { Cidr, type Family } from '../ip/index.ts';
import {
  type AddressSource,
  AllocationLog,
  HostAllocator,
  type HostRecord,
  MultiPoolSource,
} from '../ipam/index.ts';
import type { AgentConfig } from './config.ts';

/** How long a CIDR of a pool must have been of no use before it is given back, in ms. */
const HOLD_MS = 2000;
/** Logs of pools: the name of a pool is that of an object of Kubernetes, and so that of a file. */
const POOL_LOG = /^ipam-(.+)\.log$/;

/**
 * The addresses of a node, kept as the configuration says.
 * @param state folder that lives as long as the node's pods
 * @throws IpamError `log-corrupt`, `log-failed`
 */
export async function openAddresses(state: string, config: AgentConfig): Promise<AddressSource> {
  const store = new AllocationLog<HostRecord>(path.join(state, 'ipam.log'));
  return HostAllocator.open({ families: familiesOf(config), store, cooldownMs: config.cooldownMs });
}

/**
 * The addresses of a node out of several pools, in a log for each pool.
 * @param state folder that lives as long as the node's pods
 * @throws IpamError `log-corrupt`, `log-failed`
 */
export function openPools(state: string, config: AgentConfig): Promise<MultiPoolSource> {
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
function familiesOf({ clusterCidrs }: AgentConfig): Family[] {
  return [...new Set(clusterCidrs.map((text) => Cidr.parse(text).cidr.family))];
}
