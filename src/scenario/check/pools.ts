import { DEFAULT_POOL } from '../../ipam/index.ts';
import type { View } from './view.ts';

/** Names of all pools that are there at some time: of the lab, and those that changes add. */
export function knownPools({ pools, changes }: View): readonly string[] {
  const added = changes.flatMap(({ value }) => (value.action === 'addPool' ? value.pool : []));
  const first = pools.length === 0 ? [DEFAULT_POOL] : pools.map(({ value }) => value.name);
  return [...new Set([...first, ...added])];
}
