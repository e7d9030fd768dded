import type { ExhaustionResult } from '../measure/index.ts';
import { orderValues, quantile } from '../stats/index.ts';
import type { ReleaseTally } from './node/pod-book.ts';
import type { World } from './world.ts';

/** What the run shows of running out; undefined when nobody was refused and nothing given back. */
export function exhaustionOf(world: World): ExhaustionResult | undefined {
  const { pods, nodes, releases } = world;
  const [podsFirst, nodesFirst] = [pods.waits.firstRefusal, nodes.waits.firstRefusal];
  if (podsFirst === undefined && nodesFirst === undefined && releases.length === 0) return undefined;
  const ofPods = pods.waits.result((ns) => pods.alive.at(ns));
  const ofNodes = nodes.waits.result((ns) => nodes.withCidrs.at(ns));
  // Whoever came first says what ran out; a scenario that runs out of both tells of pods in its classes as well.
  const lead = (nodesFirst?.atNs ?? Infinity) <= (podsFirst?.atNs ?? Infinity) ? ofNodes : ofPods;
  return {
    ...lead,
    refusals: [...ofNodes.refusals, ...ofPods.refusals],
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
