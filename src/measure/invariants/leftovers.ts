import type { InvariantResult } from '../folder/document.ts';
import { Tally } from './tally.ts';

/** Kinds of things that a network leaves behind, in the order of reports. */
const INVENTORY_KINDS = [
  'addresses',
  'node-cidrs',
  'nodes',
  'services',
  'host-local-files',
  'veth',
  'links',
  'netns',
  'routes',
  'neighbours',
  'rules',
  'chains',
  'map-entries',
  'endpoint-slices',
  'sockets',
  'processes',
  'journal',
] as const;

export type InventoryKind = (typeof INVENTORY_KINDS)[number];

/** What is there, one line per thing, such that equal lines mean the same thing. A kind that was not looked at is absent. */
export type Inventory = Readonly<Partial<Record<InventoryKind, readonly string[]>>>;

/**
 * Compares the lab before its first pod with after the drain: any difference, a thing that is missing
 * included, is a violation. One result per kind that was looked at both times. `at` is when the second
 * inventory was taken, `settledNs` how long after the drain.
 */
export function compareInventories(
  before: Inventory,
  after: Inventory,
  { at, settledNs }: { readonly at: number; readonly settledNs: number },
): InvariantResult[] {
  return INVENTORY_KINDS.flatMap((kind) => {
    const [was, is] = [before[kind], after[kind]];
    if (was === undefined && is === undefined) return [];
    const tally = new Tally(`leftover-${kind}`, `no ${kind} left over`);
    if (was === undefined || is === undefined) {
      tally.doubt(`${kind} were counted only ${was === undefined ? 'after' : 'before'} the run`);
      return [tally.result()];
    }
    tally.held(was.length + 1);
    for (const line of surplus(is, was)) tally.broken(at, settledNs, () => `left over: ${line}`);
    for (const line of surplus(was, is)) tally.broken(at, settledNs, () => `gone: ${line}`);
    return [tally.result()];
  });
}

/** Lines of `many` beyond those in `few`, as multisets: two equal rules are one more than one. */
function surplus(many: readonly string[], few: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of few) left.set(line, (left.get(line) ?? 0) + 1);
  return many.filter((line) => {
    const count = left.get(line) ?? 0;
    if (count > 0) left.set(line, count - 1);
    return count === 0;
  });
}
