import { format } from '../../../stats/index.ts';
import { type Estimate, quantileOf } from '../../estimates.ts';
import { type Figure, withInterval } from '../../report/figure.ts';
import type { IpamResult } from '../ipam-suite.ts';
import { growthOf } from '../level.ts';
import type { IpamLimit } from './limits.ts';

const MAX_ALLOCATE_NS = 2000;
const MAX_DURABLE_NS = 1e6;
const MAX_REUSE_NS = 20e6;
const MAX_FREED_NS = 50e6;
const MAX_CROWD_NS = 5e9;
const CROWD = 5000;
const MIN_SIM_RATE = 1e6;
const MAX_SIM_NS = 60e9;
const MAX_SIM_BYTES = 2 * 2 ** 30;
const SIM_PODS = 10_000_000;

const ns = (value: number): string => format(value, 'ns');

/** Every figure that has a target and was measured. */
export function ipamFigures(result: IpamResult): Figure<IpamLimit>[] {
  const { levels, durable, reuse, freed, crowd, sim } = result;
  const many = levels.inMemory.byCount.at(-1)!;
  const inNode = durable.find(({ on }) => on === 'memory')!;
  const pool = freed.find(({ mode }) => mode === 'cluster-pool');
  const crowded = crowd.find(({ mode, nodes }) => mode === 'cluster-pool' && nodes >= CROWD);
  return [
    ...atMost(
      `ipam.allocate in memory p50, ${many.size} held`,
      'memory',
      quantileOf(many.allocate, 0.5),
      MAX_ALLOCATE_NS,
    ),
    ...constant(
      'ipam.allocate, durable, against addresses held',
      growthOf(levels.durable.byCount, 'allocate'),
    ),
    ...constant('ipam.allocate, durable, against fill', growthOf(levels.durable.byFill, 'allocate')),
    ...atMost(
      'ipam.allocate durable p50, 200 a second',
      'durable',
      quantileOf(inNode.steady, 0.5),
      MAX_DURABLE_NS,
    ),
    ...atMost('release to reuse on a full node p99', 'reuse', quantileOf(reuse.reuse, 0.99), MAX_REUSE_NS),
    ...atMost(
      'node CIDR freed to the waiting node served p99',
      'freed',
      pool && quantileOf(pool.freed, 0.99),
      MAX_FREED_NS,
    ),
    ...atMost(
      `${CROWD} nodes at once, the last has its CIDR`,
      'crowd',
      crowded && { value: crowded.allNs },
      MAX_CROWD_NS,
    ),
    {
      name: 'simulation, allocations a second',
      measured: format(sim.allocationsPerSecond, '1/s'),
      target: `at least ${format(MIN_SIM_RATE, '1/s')}`,
      met: sim.allocationsPerSecond >= MIN_SIM_RATE,
      limit: 'sim',
    },
    ...(sim.pods >= SIM_PODS
      ? [
          ...atMost('simulation of 10 million pods', 'sim', { value: sim.tookNs }, MAX_SIM_NS),
          {
            name: 'its memory',
            measured: format(sim.peakBytes, 'bytes'),
            target: `at most ${format(MAX_SIM_BYTES, 'bytes')}`,
            met: sim.peakBytes <= MAX_SIM_BYTES,
            limit: 'sim' as const,
          },
        ]
      : []),
  ];
}

function atMost(
  name: string,
  limit: IpamLimit,
  found: Estimate | undefined,
  most: number,
): Figure<IpamLimit>[] {
  if (found === undefined) return [];
  const measured = withInterval(found, ns);
  return [{ name, measured, target: `at most ${ns(most)}`, met: found.value <= most, limit }];
}

function constant(name: string, fit: ReturnType<typeof growthOf>): Figure<IpamLimit>[] {
  if (fit === undefined) return [];
  const { value, low, high } = fit.exponent;
  const measured = `exponent ${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  return [
    { name, measured, target: 'O(1): the interval within ±0.02', met: fit.isConstant, limit: 'memory' },
  ];
}
