import { formatCount } from '../scenario/index.ts';
import type { World } from './world.ts';

/** What restarts at this size take, in words for the result. */
export interface RestartFacts {
  readonly agents: string;
  readonly allocator: string;
  /** Leases that a restart did not bring back. */
  readonly lost: number;
}

/**
 * Restarts every agent and the cluster's allocator from what is written, and clocks that in real time. The
 * simulation goes on with those it has.
 */
export async function restart(world: World): Promise<RestartFacts> {
  const { clock, recorder, real, cluster } = world;
  await world.advance(clock.ns);
  let [leases, lost, ns] = [0, 0, 0];
  for (const node of real) {
    const result = await node.restart();
    leases += result.leases;
    lost += result.lost;
    ns += result.ns;
    const sample = {
      metric: 'ipam.restart',
      ns: result.ns,
      at: clock.ns,
      ok: true,
      node: node.name,
    } as const;
    recorder.append({ ...sample, labels: { of: 'agent' } });
  }
  const allocator = cluster.restart();
  const sample = { metric: 'ipam.restart', ns: allocator.ns, at: clock.ns, ok: true } as const;
  recorder.append({ ...sample, labels: { of: 'operator' } });
  const seconds = (value: number): string => `${(value / 1e9).toPrecision(3)} s`;
  return {
    agents: `${seconds(ns)} for ${formatCount(leases)} leases on ${formatCount(real.length)} nodes`,
    allocator: `${seconds(allocator.ns)} for ${formatCount(allocator.nodes)} nodes`,
    lost,
  };
}
