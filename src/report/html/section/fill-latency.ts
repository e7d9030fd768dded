import type { RunEvent } from '../../../measure/index.ts';
import { format, formatCount, formatRound } from '../../../stats/index.ts';
import { CALL_KINDS, type CallKind, FILL_EDGES, type FillBand } from '../../model/fill-bands.ts';
import { cell, left, right, type Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { figure, fullWidth, legendOf, type Size } from '../plot/figure.ts';
import { linePath, type Point, round } from '../plot/path.ts';
import { bandScale, logScale, type Scale } from '../plot/scale.ts';
import { momentsOf, poolNames } from './pool-moments.ts';

const NAMES: Readonly<Record<CallKind, string>> = { add: 'ADD', refused: 'ADD refused', del: 'DEL' };

/** Latency of ADD and DEL against how full the nodes' addresses were; undefined without such calls. */
export function fillLatencyFigure(
  bands: readonly FillBand[],
  events: readonly RunEvent[],
): Markup | undefined {
  if (bands.length === 0) return undefined;
  return figure({
    id: 'fill-latency',
    title: 'ADD and DEL against fill',
    description: describe(bands, poolNames(momentsOf(events, 0)).length > 1),
    sizes: fullWidth(300),
    legend: legendOf(CALL_KINDS.flatMap((kind) => legend(kind, bands))),
    draw: (size) => draw(size, bands),
    data: dataOf(bands),
  });
}

function legend(kind: CallKind, bands: readonly FillBand[]): (readonly [string, string])[] {
  const known = bands.flatMap(({ calls }) => calls[kind] ?? []);
  const tail = known.some(({ p99 }) => p99 !== undefined);
  return [
    ...(known.length > 0 ? [[`line ${kind}`, `${NAMES[kind]} p50`] as const] : []),
    ...(tail ? [[`line tail ${kind}`, `${NAMES[kind]} p99`] as const] : []),
  ];
}

function draw({ width, height }: Size, bands: readonly FillBand[]): Fragment {
  const frame: Frame = { left: 64, right: width - 20, top: 12, bottom: height - 26 };
  const x = bandScale(FILL_EDGES.length, [frame.left, frame.right]);
  const values = bands.flatMap(({ calls }) =>
    CALL_KINDS.flatMap((kind) => [calls[kind]?.p50 ?? [], calls[kind]?.p99 ?? []].flat()),
  );
  const shown = values.filter((ns) => ns > 0);
  const y = logScale(Math.min(...shown), Math.max(...shown), [frame.bottom, frame.top]);
  return [
    yAxis(y, frame, (ns) => formatRound(ns, 'ns')),
    xAxis(x, frame, (band) => formatRound(FILL_EDGES[band]!, 'ratio')),
    CALL_KINDS.flatMap((kind) => [
      drawLine(bands, x, y, `tail ${kind}`, ({ calls }) => calls[kind]?.p99),
      drawLine(bands, x, y, kind, ({ calls }) => calls[kind]?.p50),
    ]),
  ];
}

function drawLine(
  bands: readonly FillBand[],
  x: Scale,
  y: Scale,
  mark: string,
  value: (band: FillBand) => number | undefined,
): Markup {
  const points = bands.flatMap((band): Point[] => {
    const ns = value(band);
    return ns === undefined || ns <= 0 ? [] : [[x(FILL_EDGES.indexOf(band.from)), y(ns)]];
  });
  return html`<path class="line ${mark}" d="${linePath(points)}"/>${points.map(([at, ns]) => html`<circle class="dot ${mark}" cx="${round(at)}" cy="${round(ns)}" r="3"/>`)}`;
}

function describe(bands: readonly FillBand[], severalPools: boolean): string {
  const sentences = CALL_KINDS.flatMap((kind) => {
    const known = bands.flatMap((band) => (band.calls[kind] ? [{ band, latency: band.calls[kind] }] : []));
    const [first, last] = [known[0], known.at(-1)];
    if (!first || !last) return [];
    const told = (each: typeof first) => `${format(each.latency.p50, 'ns')} at ${bandName(each.band)}`;
    return [`${NAMES[kind]} p50 ${first === last ? told(first) : `${told(first)}, ${told(last)}`}.`];
  });
  return `By the share of the addresses in nodes' CIDRs that were out when a call began; a dot stands for all calls from its share up to the next${severalPools ? ', all pools taken together' : ''}. ${sentences.join(' ')}`;
}

function bandName({ from, to }: FillBand): string {
  return from === 1 ? '100 %' : `${Math.round(from * 100)} to ${Math.round(to * 100)} %`;
}

function dataOf(bands: readonly FillBand[]): Table {
  return {
    title: 'Latency by fill',
    columns: [
      left('fill'),
      right('addresses used'),
      ...CALL_KINDS.flatMap((kind) => [right(`${NAMES[kind]} n`), right('p50'), right('p99')]),
    ],
    rows: bands.map((band) => [
      cell(bandName(band)),
      cell(formatCount(Math.round(band.used))),
      ...CALL_KINDS.flatMap((kind) => {
        const found = band.calls[kind];
        if (!found) return [cell('0', 'dim'), cell(''), cell('')];
        return [
          cell(formatCount(found.count)),
          cell(format(found.p50, 'ns')),
          cell(found.p99 === undefined ? '-' : format(found.p99, 'ns')),
        ];
      }),
    ]),
    legend: 'addresses used: mean over the calls of the row. p99 needs 100 calls.',
  };
}
