import { z } from 'zod';
import { cidrs, nodeMask, poolName } from './ipam.ts';
import { duration, field } from './leaf.ts';

const at = () => field(duration, 'When, from the beginning of the first phase.', '20s');

const grow = z.strictObject({
  at: at(),
  growPool: field(poolName, 'The pool that gets more CIDRs.', 'small'),
  cidrs: field(cidrs, 'The CIDRs that come on top, of families that the pool has.', ['10.31.0.0/24']),
});

const add = z.strictObject({
  at: at(),
  addPool: field(poolName, 'Name of a new pool.', 'extra'),
  cidrs: field(cidrs, 'Its CIDRs, of one family.', ['10.32.0.0/24']),
  nodeMask: field(nodeMask, 'Prefix length of the part that a node gets at a time.', 28),
});

const remove = z.strictObject({
  at: at(),
  removePool: field(poolName, 'The pool that is deleted.', 'extra'),
});

/** Pools of a running cluster that are changed. */
export const change = z.union([
  grow.transform(({ growPool: pool, ...rest }) => ({ action: 'growPool' as const, pool, ...rest })),
  add.transform(({ addPool: pool, ...rest }) => ({ action: 'addPool' as const, pool, ...rest })),
  remove.transform(({ removePool: pool, ...rest }) => ({ action: 'removePool' as const, pool, ...rest })),
]);
