/** The agent's part of a node's specification, as a function of what is there. */
import { compareFamilies } from '../../ip/index.ts';
import type { PoolCidr, PoolNeed } from '../../ipam/index.ts';
import type { NodeNetwork } from '../../kube/index.ts';

type Spec = NodeNetwork['spec'];

export interface PoolWishes {
  readonly needs: readonly PoolNeed[];
  /** What the node uses, by pool. */
  readonly cidrs: readonly PoolCidr[];
  /** Texts of CIDRs that it gives back. */
  readonly returned: ReadonlySet<string>;
}

/**
 * The specification with what the node asks for, without what it gives back; undefined when it says so already. A CIDR
 * in use that somebody else took out is put back: its addresses are pods'.
 */
export function withWishes(spec: Spec, { needs, cidrs, returned }: PoolWishes): Spec | undefined {
  const merged = new Map<string, string[]>();
  for (const { pool, cidrs: texts } of spec.pools?.allocated ?? []) {
    merged.set(
      pool,
      texts.filter((text) => !returned.has(text)),
    );
  }
  const listed = new Set([...merged.values()].flat());
  for (const { pool, cidr } of cidrs) {
    const text = cidr.toString();
    if (!listed.has(text)) merged.set(pool, [...(merged.get(pool) ?? []), text]);
  }
  const allocated = Array.from(merged, ([pool, texts]) => ({ pool, cidrs: texts })).filter(
    (each) => each.cidrs.length > 0,
  );
  const inOrder = cidrs.map(({ cidr }) => cidr).sort((a, b) => compareFamilies(a.family, b.family));
  const wanted: Spec = {
    ...spec,
    podCIDRs: inOrder.map(String),
    pools: { requested: needs, allocated },
  };
  return say(wanted) === say(spec) ? undefined : wanted;
}

/** The parts that are compared, in one order. */
function say({ podCIDRs = [], pools }: Spec): string {
  const { requested = [], allocated = [] } = pools ?? {};
  const asked = requested.map(({ pool, needed }) => `${pool} ${needed.ipv4 ?? 0} ${needed.ipv6 ?? 0}`);
  return JSON.stringify([
    podCIDRs.toSorted(),
    asked.toSorted(),
    allocated.map(({ pool, cidrs }) => [pool, cidrs]),
  ]);
}
