import type { IpamSample, RunEvent } from '../../../measure/index.ts';
import { formatCount } from '../../../stats/index.ts';
import { type Cell, cell, left, right, type Table } from '../../model/table.ts';
import { type Mark, marksText } from '../plot/marks.ts';

export type Pool = IpamSample['pools'][number];

/** The pools as they were seen at one instant. */
export interface Moment {
  readonly second: number;
  readonly view: IpamSample;
}

/** Every look at the pools, in seconds since `startNs`. */
export function momentsOf(events: readonly RunEvent[], startNs: number): Moment[] {
  return events.flatMap((event) =>
    event.kind === 'ipam' ? [{ second: Math.max(0, (event.at - startNs) / 1e9), view: event.view }] : [],
  );
}

/** Pools in the order in which they came; a pool may have both families. */
export function poolNames(moments: readonly Moment[]): { name: string; is: (pool: Pool) => boolean }[] {
  const all = moments.flatMap(({ view }) => view.pools);
  const dual = new Set(all.map(({ family }) => family)).size > 1;
  const keys = new Map(all.map(({ pool, family }) => [`${pool} ${family}`, { pool, family }]));
  return [...keys.values()].map(({ pool, family }) => ({
    name: dual ? `${pool} (${family})` : pool,
    is: (other) => other.pool === pool && other.family === family,
  }));
}

/** What a reader who does not see the plot should know of it. */
export function describePools(moments: readonly Moment[], marks: readonly Mark[]): string {
  const peaks = poolNames(moments).map(({ name, is }) => {
    const pools = moments.flatMap(({ view }) => view.pools.filter(is));
    const used = Math.max(...pools.map((pool) => pool.used));
    return `${name} at most ${formatCount(used)} of ${formatCount(Math.max(...pools.map(({ capacity }) => capacity)))} used`;
  });
  const most = (field: 'waitingNodes' | 'waitingPods') => Math.max(...moments.map(({ view }) => view[field]));
  const waited = [
    ...(most('waitingNodes') > 0 ? [`${formatCount(most('waitingNodes'))} nodes`] : []),
    ...(most('waitingPods') > 0 ? [`${formatCount(most('waitingPods'))} pods`] : []),
  ];
  const waiting = waited.length > 0 ? `; at most ${waited.join(' and ')} waited` : '';
  return `Looked at once a second: ${peaks.join(', ')}${waiting}.${marksText(marks)}`;
}

/** Every moment in a row, with what happened between it and the next. */
export function poolsTable(moments: readonly Moment[], marks: readonly Mark[]): Table {
  const names = poolNames(moments);
  const count = (n: number | undefined) => cell(n === undefined ? '' : formatCount(n));
  return {
    title: 'Pools over time',
    columns: [
      right('second'),
      ...names.flatMap(({ name }) => [
        right(`${name} used`),
        right('resting'),
        right('reserved'),
        right('of'),
        right('node CIDRs'),
        right('of'),
      ]),
      right('nodes waiting'),
      right('pods waiting'),
      left('what happened'),
    ],
    rows: moments.map(({ second, view }, i): Cell[] => {
      const end = moments[i + 1]?.second ?? Infinity;
      const begin = i === 0 ? -Infinity : second;
      const here = marks.filter((mark) => mark.second >= begin && mark.second < end);
      return [
        cell(second.toFixed(1)),
        ...names.flatMap(({ is }) => {
          const pool = view.pools.find(is);
          const { used, cooling, reserved, capacity, nodeCidrs } = pool ?? {};
          return [used, cooling, reserved, capacity, nodeCidrs?.used, nodeCidrs?.total].map(count);
        }),
        count(view.waitingNodes),
        count(view.waitingPods),
        cell(here.map(({ text }) => text).join(', ')),
      ];
    }),
  };
}
