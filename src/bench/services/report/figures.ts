import { fitGrowth, format, formatCount, type GrowthFit, type GrowthPoint } from '../../../stats/index.ts';
import { type Estimate, quantileOf, ratioOf } from '../../estimates.ts';
import { type Figure, times, withInterval } from '../../report/figure.ts';
import type { Changes, Rates } from '../measure.ts';
import type { Implementation } from '../service-bed.ts';
import type { Level, ServicesResult } from '../services-suite.ts';
import type { ServicesLimit } from './limits.ts';

/** Against direct connections, and how many times the rate of others. */
const RATIOS = [
  { than: 'none', atLeast: 0.97, limit: 'connect' },
  { than: 'iptables-legacy', atLeast: 1.5, limit: 'iptables' },
  { than: 'iptables-nft', atLeast: 2.5, limit: 'iptables' },
] as const satisfies readonly { than: Implementation; atLeast: number; limit: ServicesLimit }[];
const EXPONENT = 0.02;
const MAX_PROGRAMMED_NS = 20e6;
const MAX_LOAD_NS = 1e9;
const MAX_RSS_BYTES = 200e6;
/** What fitGrowth needs. */
const MIN_SIZES = 3;

/** Every figure that has a target and was measured. */
export function servicesFigures(result: ServicesResult): Figure<ServicesLimit>[] {
  const { all, loaded, misrouted } = result;
  const size = formatCount(all.services);
  const changes = result.changes.find(({ name }) => name === 'ebpf');
  return [
    ...RATIOS.flatMap(({ than, atLeast, limit }) => {
      const name = `CRR through ebpf against ${than === 'none' ? 'direct' : than}, ${size} Services`;
      return figure(name, limit, rateRatio(all, 'ebpf', than), { atLeast, say: times });
    }),
    ...exponentFigure(result),
    ...figure(`service.programmed p99, every node, ${size} Services`, 'change', p99(changes, 'programmed'), {
      atMost: MAX_PROGRAMMED_NS,
      say: ns,
    }),
    ...figure('endpoint removed to its last answer p99', 'change', p99(changes, 'removed'), {
      atMost: MAX_PROGRAMMED_NS,
      say: ns,
    }),
    ...figure(
      `${formatCount(loaded.services)} Services with ${loaded.endpoints} endpoints, list to complete maps`,
      'load',
      { value: loaded.loadNs },
      { atMost: MAX_LOAD_NS, say: ns },
    ),
    ...figure(
      'agent memory with them',
      'load',
      { value: loaded.rssBytes },
      {
        atMost: MAX_RSS_BYTES,
        say: (value) => format(value, 'bytes'),
      },
    ),
    ...figure(
      `replies from elsewhere, of ${formatCount(misrouted.checks)}`,
      'change',
      { value: misrouted.violations },
      { atMost: 0, say: formatCount },
    ),
  ];
}

const ns = (value: number): string => format(value, 'ns');

interface Goal {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly say: (value: number) => string;
}

function figure(
  name: string,
  limit: ServicesLimit,
  measured: Estimate | undefined,
  { atLeast, atMost, say }: Goal,
): Figure<ServicesLimit>[] {
  if (measured === undefined) return [];
  const target = atLeast === undefined ? `at most ${say(atMost!)}` : `at least ${say(atLeast)}`;
  const met = measured.value >= (atLeast ?? -Infinity) && measured.value <= (atMost ?? Infinity);
  return [{ name, measured: withInterval(measured, say), target, met, limit }];
}

/** Rates of blocks side by side, so that what slowed both down cancels. */
export function rateRatio(
  { rates }: Level,
  name: Implementation,
  than: Implementation,
): Estimate | undefined {
  const [a, b] = [name, than].map((each) => rates.find((rate) => rate.name === each));
  return a && b && ratioOf(blocksOf(a), blocksOf(b), 0.5, true);
}

const blocksOf = ({ blocks }: Rates): number[][] => blocks.map((rate) => [rate]);

/** p99 over all nodes; undefined with too few samples for one. */
export function p99(changes: Changes | undefined, of: 'programmed' | 'removed'): Estimate | undefined {
  return (
    changes &&
    quantileOf(
      changes[of].map((each) => [each]),
      0.99,
    )
  );
}

/** Time of a connection through eBPF in that of a direct one of the same round, against Services. */
export function curveFit({ curve }: ServicesResult): GrowthFit | undefined {
  const points = curve.flatMap(({ services, rates }): GrowthPoint[] => {
    const [direct, ebpf] = ['none', 'ebpf'].map(
      (name) => rates.find((each) => each.name === name)?.blocks ?? [],
    );
    return ebpf!.map((rate, block): GrowthPoint => [services, direct![block]! / rate]);
  });
  return curve.length < MIN_SIZES ? undefined : fitGrowth(points);
}

function exponentFigure(result: ServicesResult): Figure<ServicesLimit>[] {
  const fit = curveFit(result);
  if (fit === undefined) return [];
  const { value, low, high } = fit.exponent;
  return [
    {
      name: `exponent of the cost of a connection, ${formatCount(result.curve[0]!.services)} to ${formatCount(result.all.services)} Services`,
      measured: withInterval({ value, low, high }, (each) => each.toFixed(3)),
      target: `interval within ±${EXPONENT}`,
      met: fit.isConstant,
      limit: 'lookup',
    },
  ];
}
