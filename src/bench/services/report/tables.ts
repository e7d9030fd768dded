import { cell, left, right, type Table } from '../../../report/index.ts';
import { format, formatCount, orderValues, quantile } from '../../../stats/index.ts';
import { times, withInterval } from '../../report/figure.ts';
import type { Changes } from '../measure.ts';
import type { ServicesResult } from '../services-suite.ts';
import { curveFit, rateRatio } from './figures.ts';

const rate = (value: number): string => format(value, '1/s');
const ns = (value: number): string => format(value, 'ns');
const of = (values: readonly number[], q: number): number => quantile(orderValues([...values]), q)!.value;
const title = (name: string): string => (name === 'none' ? 'direct' : name);

/** What nothing here can exceed. */
export function generatorTable({ generator }: ServicesResult): Table {
  return {
    title: 'The generator itself',
    columns: [left('kind'), right('a second'), right('connect p50'), right('request p50')],
    rows: Object.entries(generator).map(([kind, { rate: perSecond, connect, request, throughput }]) => [
      cell(kind),
      cell(kind === 'stream' ? format(throughput, 'bytes/s') : rate(perSecond)),
      cell(connect ? ns(connect.p50.value) : '-'),
      cell(request ? ns(request.p50.value) : '-'),
    ]),
    legend: 'Dialer and responder over the loopback of a namespace that holds nothing else, one client.',
  };
}

/** Connections a second, side by side. */
export function rateTable({ all }: ServicesResult): Table {
  return {
    title: `Connect, request, close through ${formatCount(all.services)} Services`,
    columns: [left('through'), right('a second'), right('least'), right('most'), right('of direct')],
    rows: all.rates.map(({ name, blocks }) => {
      const ratio = rateRatio(all, name, 'none');
      return [
        cell(title(name)),
        cell(rate(of(blocks, 0.5))),
        cell(rate(Math.min(...blocks))),
        cell(rate(Math.max(...blocks))),
        cell(ratio ? withInterval(ratio, times) : '-'),
      ];
    }),
    legend: 'Medians of blocks, which took turns. In brackets: 95 % intervals by drawing whole blocks.',
  };
}

/** The curve through eBPF. */
export function curveTable(result: ServicesResult): Table {
  const fit = curveFit(result);
  return {
    title: 'eBPF, from few to many',
    columns: [right('Services'), right('a second'), right('direct'), right('of direct')],
    rows: result.curve.map((level) => {
      const rateOf = (name: string) => of(level.rates.find((each) => each.name === name)!.blocks, 0.5);
      const ratio = rateRatio(level, 'ebpf', 'none');
      return [
        cell(formatCount(level.services)),
        cell(rate(rateOf('ebpf'))),
        cell(rate(rateOf('none'))),
        cell(ratio ? withInterval(ratio, times) : '-'),
      ];
    }),
    ...(fit && {
      legend: `Cost grows with an exponent of ${fit.exponent.value.toFixed(3)} (95 %: ${fit.exponent.low.toFixed(3)} to ${fit.exponent.high.toFixed(3)}) of the number of Services.`,
    }),
  };
}

/** Until a change is everywhere. */
export function changesTable({ changes }: ServicesResult): Table {
  const quantiles = (values: readonly number[]) =>
    values.length === 0 ? ['-', '-'] : [ns(of(values, 0.5)), ns(Math.max(...values))];
  return {
    title: 'Changes',
    columns: [
      ...[left('through'), left('minSyncPeriod'), right('Services'), right('n')],
      ...[right('programmed p50'), right('worst'), right('last answer p50'), right('worst'), right('failed')],
    ],
    rows: changes.map(({ name, minSyncPeriod, services, programmed, removed, failed }: Changes) =>
      [
        name,
        minSyncPeriod ?? (name === 'ebpf' ? '-' : 'its own (1s)'),
        formatCount(services),
        formatCount(programmed.length),
        ...quantiles(programmed),
        ...quantiles(removed),
        formatCount(failed),
      ].map((text) => cell(text)),
    ),
    legend:
      'Programmed: from the request that adds an endpoint to the first answer, of every node. Last answer: of an endpoint that was replaced. Probes every millisecond.',
  };
}
