import { format, orderValues, quantile, type Unit } from '../../stats/index.ts';
import type { Blocks } from '../blocks.ts';
import type { SuiteResult } from '../cni-suite.ts';
import { type Estimate, quantileOf, ratioOf } from '../estimates.ts';
import type { LevelsResult } from '../levels.ts';
import type { SubjectName } from '../subject.ts';
import { keptUp, type ThroughputResult } from '../throughput.ts';
import { type Figure, figure, times } from './figure.ts';

const MAX_FLOOR = 3;
const MAX_GROWTH = 1.3;
const FEW_PODS = 10;
const MANY_PODS = 4000;
const MAX_HARNESS_NS = 1e5;
const MIN_API_RATE = 300;
const MIN_SATURATION = 600;
const MAX_POD_BYTES = 600_000;
const DEL_FACTOR = 8;
/** How many times faster than bridge, by pods live. */
const ADD_FACTORS = [
  { live: 10, factor: 8 },
  { live: 900, factor: 20 },
] as const;
const UP_NS: ReadonlyMap<number, number> = new Map([
  [4, 4e9],
  [50, 30e9],
]);

const as =
  (unit: Unit) =>
  (value: number): string =>
    format(value, unit);
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;

/** Every figure that has a target, in the order in which they are told. */
export function figures(result: SuiteResult): Figure[] {
  const { levels, throughput, memory, up } = result;
  return [
    ...ADD_FACTORS.flatMap(({ live, factor }) => againstBridge(levels, live, factor)),
    ...againstFloor(levels),
    ...flatness(levels),
    ...figure(quantileOf(levels.harness, 0.5), {
      name: "the harness' own overhead, p50",
      limit: 'harness',
      format: as('ns'),
      atMost: MAX_HARNESS_NS,
    }),
    ...(throughput ? load(throughput) : []),
    ...figure(memory && { value: (memory.machine.after - memory.machine.before) / memory.pods }, {
      name: `memory of each of ${memory?.pods} pods, all told`,
      limit: 'memory',
      format: megabytes,
      atMost: MAX_POD_BYTES,
    }),
    ...up.flatMap(({ nodes, tookNs }) => {
      const atMost = UP_NS.get(nodes);
      if (atMost === undefined) return [];
      return figure(median(tookNs), {
        name: `lab up, ${nodes} nodes`,
        limit: 'up',
        format: as('ns'),
        atMost,
      });
    }),
  ];
}

/** Blocks of one subject with so many pods live. */
export function blocksOf(
  { levels }: LevelsResult,
  live: number,
  name: SubjectName,
  verb: 'add' | 'del',
): Blocks | undefined {
  const blocks = levels.find((level) => level.live === live)?.subjects.find((each) => each.name === name)?.[
    verb
  ];
  return blocks?.flat().length ? blocks : undefined;
}

function ratioAt(
  levels: LevelsResult,
  live: number,
  [over, under]: readonly [SubjectName, SubjectName],
  verb: 'add' | 'del',
  q: number,
): Estimate | undefined {
  const [a, b] = [blocksOf(levels, live, over, verb), blocksOf(levels, live, under, verb)];
  return a && b && ratioOf(a, b, q, true);
}

function againstBridge(levels: LevelsResult, live: number, factor: number): Figure[] {
  const of = (verb: 'add' | 'del', q: number) => ratioAt(levels, live, ['bridge', 'churnlab'], verb, q);
  const at = `bridge / churnlab at ${live} live`;
  return [
    ...figure(of('add', 0.5), { name: `ADD p50, ${at}`, limit: 'add', format: times, atLeast: factor }),
    ...figure(of('add', 0.99), { name: `ADD p99, ${at}`, limit: 'tail', format: times, atLeast: factor }),
    ...figure(of('del', 0.5), { name: `DEL p50, ${at}`, limit: 'del', format: times, atLeast: DEL_FACTOR }),
  ];
}

function againstFloor(levels: LevelsResult): Figure[] {
  return ADD_FACTORS.flatMap(({ live }) =>
    figure(ratioAt(levels, live, ['churnlab', 'kernel'], 'add', 0.5), {
      name: `ADD p50, churnlab / bare kernel work at ${live} live`,
      limit: 'floor',
      format: times,
      atMost: MAX_FLOOR,
    }),
  );
}

function flatness(levels: LevelsResult): Figure[] {
  const [few, many] = [FEW_PODS, MANY_PODS].map((live) => blocksOf(levels, live, 'churnlab', 'add'));
  return figure(few && many ? ratioOf(many, few, 0.5, false) : undefined, {
    name: `ADD p50, churnlab at ${MANY_PODS} live / at ${FEW_PODS} live`,
    limit: 'flat',
    format: times,
    atMost: MAX_GROWTH,
  });
}

function load({ rates, saturation }: ThroughputResult): Figure[] {
  const sustained = Math.max(0, ...rates.filter(keptUp).map(({ rate }) => rate));
  const tried = rates.some(({ rate }) => rate >= MIN_API_RATE);
  const whole = saturation.failed === 0 && saturation.violations === 0;
  return [
    // With lower rates alone nothing is known about the target.
    ...figure(tried ? { value: sustained } : undefined, {
      name: 'pods a second through the API, open loop',
      limit: 'api',
      format: as('1/s'),
      atLeast: MIN_API_RATE,
    }),
    ...figure(
      { value: whole ? saturation.perSecond : 0 },
      {
        name: 'pods a second at CNI level, closed loop',
        limit: 'saturation',
        format: as('1/s'),
        atLeast: MIN_SATURATION,
      },
    ),
  ];
}

function median(values: readonly number[]): Estimate | undefined {
  return quantile(orderValues(values), 0.5);
}
