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

/** One pool has all there is, in the modes that give each node one CIDR. */
function poolsOf({ pods, nodes, cluster }: World): ExhaustionResult['pools'] {
  const { pool, perNode } = cluster.fill()[0]!;
  const used = pods.alive.peak();
  return [
    {
      pool,
      asked: pods.started,
      served: pods.ready,
      never: pods.started - pods.ready,
      ...pods.waits.quantiles(),
      fairness: null,
      peakReserved: nodes.withCidrs.peak() * perNode,
      peakUsed: used,
      usableShareOfFree: null,
    },
  ];
}
