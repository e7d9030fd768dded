import { cell, left, right, type Table } from '../../report/index.ts';
import { format, mean, orderValues } from '../../stats/index.ts';
import { type Estimate, quantileOf, ratioOf } from '../estimates.ts';
import type { LevelsResult } from '../levels.ts';
import { SUBJECTS } from '../subject.ts';
import { times, withInterval } from './figure.ts';
import { blocksOf } from './figures.ts';
import { growthOf } from './growth.ts';

const NONE = cell('');
const ns = (value: number): string => format(value, 'ns');
const shown = (estimate: Estimate | undefined, by: (value: number) => string) =>
  estimate ? cell(withInterval(estimate, by)) : NONE;

/** ADD or DEL of every network at every level, each beside churnlab. */
export function callTable(result: LevelsResult, verb: 'add' | 'del'): Table {
  const rows = result.levels.flatMap(({ live, subjects }) =>
    subjects.flatMap(({ name }) => {
      const blocks = blocksOf(result, live, name, verb);
      if (!blocks) return [];
      const ours = name === 'churnlab' ? undefined : blocksOf(result, live, 'churnlab', verb);
      const ratio = (q: number) => shown(ours && ratioOf(blocks, ours, q, true), times);
      return [
        [
          cell(String(live)),
          cell(name),
          cell(String(blocks.flat().length)),
          shown(quantileOf(blocks, 0.5), ns),
          shown(quantileOf(blocks, 0.99), ns),
          ratio(0.5),
          ratio(0.99),
        ],
      ];
    }),
  );
  return {
    title: `CNI ${verb.toUpperCase()}`,
    columns: [
      ...[right('live'), left('network'), right('calls')],
      ...[right('p50'), right('p99'), right('p50 / churnlab'), right('p99 / churnlab')],
    ],
    rows,
    legend:
      `live: pods on the node when a block begins; a block adds ${result.perBlock}, one after the other, and removes them again. ` +
      'In brackets: 95 % intervals, whole blocks drawn. kernel: the bare kernel work.',
  };
}

/** What churnlab's ADD spends its time on. */
export function partsTable({ levels }: LevelsResult): Table {
  const told = levels.flatMap(({ live, subjects }) =>
    subjects.flatMap(({ parts }) => (parts.length > 0 ? [{ live, parts }] : [])),
  );
  const names = Object.keys(told[0]?.parts[0] ?? {});
  return {
    title: "Where churnlab's ADD goes",
    columns: [right('live'), ...names.map((name) => right(name))],
    rows: told.map(({ live, parts }) => [
      cell(String(live)),
      ...names.map((name) => cell(ns(mean(orderValues(parts.map((each) => each[name] ?? 0)))!.value))),
    ]),
    legend:
      'Means, which add up to the mean ADD. exec: start of the plugin until its request is at the agent; ' +
      'other: from the answer of the agent until the runtime has parsed it.',
  };
}

/** The median ADD against the pods that live on the node. */
export function curveTable(result: LevelsResult): Table {
  const sizes = result.levels.map(({ live }) => live);
  const rows = SUBJECTS.map((name) => {
    const fit = growthOf(result, name);
    return [
      cell(name),
      ...sizes.map((live) => {
        const median = quantileOf(blocksOf(result, live, name, 'add') ?? [], 0.5);
        return median ? cell(ns(median.value)) : NONE;
      }),
      fit ? shown(fit.exponent, (value) => value.toFixed(3)) : NONE,
      cell(fit?.model ?? ''),
    ];
  });
  return {
    title: 'ADD p50 by live pods',
    columns: [left('network'), ...sizes.map((live) => right(String(live))), right('exponent'), left('fits')],
    rows,
    legend:
      'exponent: b of a·xᵇ through the medians of all blocks, with its 95 % interval; fits: the simplest curve that does.',
  };
}

/** What the harness adds to every call. */
export function harnessTable({ harness, start }: LevelsResult): Table {
  const row = (name: string, blocks: LevelsResult['harness']) => [
    cell(name),
    cell(String(blocks.flat().length)),
    shown(quantileOf(blocks, 0.5), ns),
    shown(quantileOf(blocks, 0.99), ns),
  ];
  return {
    title: "The harness' own overhead",
    columns: [left('what'), right('starts'), right('p50'), right('p99')],
    rows: [
      row('start of a program that does nothing, clocked in C', start),
      row('what the runtime adds to it', harness),
    ],
  };
}
