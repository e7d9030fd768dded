import type { ExhaustionResult } from '../measure/index.ts';
import { orderValues, quantile } from '../stats/index.ts';
import type { ReleaseTally } from './node/pod-book.ts';
import { Waits } from './waits.ts';
import type { World } from './world.ts';

/** What the run shows of running out; undefined when nobody was refused and nothing given back. */
export function exhaustionOf(world: World): ExhaustionResult | undefined {
  const { pods, nodes, releases } = world;
  const waits = Waits.merged([nodes.waits, pods.waits]);
  if (waits.firstRefusal === undefined && releases.length === 0) return undefined;
  return {
    ...waits.result((ns, subject) => (subject === 'node' ? nodes.withCidrs : pods.alive).at(ns)),
    releases: releases.map(releaseOf),
    pools: poolsOf(world),
  };
}

function releaseOf({ phase, atNs, released, reuse }: ReleaseTally): ExhaustionResult['releases'][number] {
  const times = orderValues(reuse);
  const at = (q: number): number | null => quantile(times, q)?.value ?? null;
  const [firstReuseNs, p50ReuseNs, p99ReuseNs] = [at(0), at(0.5), at(0.99)];
  return { phase, atNs, released, reused: reuse.length, firstReuseNs, p50ReuseNs, p99ReuseNs };
}

function poolsOf({ pods, nodes, cluster, real }: World): ExhaustionResult['pools'] {
  const fill = Map.groupBy(cluster.fill(), ({ pool }) => pool);
  return Array.from(fill, ([pool, families]) => {
    const { asked, served, waits, used } = pods.pool(pool);
    const ordered = orderValues(waits);
    return {
      ...{ pool, asked, served, never: asked - served },
      waitP50Ns: quantile(ordered, 0.5)?.value ?? 0,
      waitP99Ns: quantile(ordered, 0.99)?.value ?? 0,
      fairness: fairnessOf(real.flatMap(({ shares }) => shares.get(pool) ?? [])),
      peakReserved: Math.min(
        ...families.map(({ family, perNode }) => nodes.heldOf(pool, family).peak() * perNode),
      ),
      peakUsed: used.peak(),
      usableShareOfFree: null,
    };
  });
}

/** Jain's index of served over asked by node: 1 when all fare alike. */
function fairnessOf(shares: readonly { readonly asked: number; readonly served: number }[]): number | null {
  const parts = shares.filter(({ asked }) => asked > 0).map(({ asked, served }) => served / asked);
  const squares = parts.reduce((sum, part) => sum + part * part, 0);
  return squares === 0 ? null : parts.reduce((sum, part) => sum + part, 0) ** 2 / (parts.length * squares);
}
