import type { RunDocument, RunEvent, WindowSeries } from '../../../measure/index.ts';
import { seriesKey } from '../../../measure/index.ts';
import { format, formatCount, formatRound } from '../../../stats/index.ts';
import { cell, right, type Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { type FigureOptions, FULL, legendOf, type Size } from '../plot/figure.ts';
import { drawMarks, type Mark, marksHeight, marksOf, marksText, placeMarks } from '../plot/marks.ts';
import { areaPath, linePath, type Point, round } from '../plot/path.ts';
import { linearScale, logScale, type Scale, timeScale } from '../plot/scale.ts';

interface Timeline {
  readonly windows: WindowSeries;
  readonly name: string;
  readonly seconds: number;
  /** Seconds since the start, pods. */
  readonly alive: readonly Point[];
  readonly marks: readonly Mark[];
}

/** Pods alive, arrivals with failures, and latency in seconds of arrival; undefined without windows. */
export function timelinePlot(run: RunDocument, events: readonly RunEvent[]): FigureOptions | undefined {
  const windows = run.windows.find(({ metric }) => metric === 'pod.sandbox') ?? run.windows[0];
  if (windows === undefined) return undefined;
  const since = (at: number) => (at - windows.startNs) / 1e9;
  const timeline: Timeline = {
    windows,
    name: seriesKey(windows.metric, windows.labels),
    seconds: (windows.count.length * windows.widthNs) / 1e9,
    alive: events.flatMap((e) => (e.kind === 'progress' ? [[since(e.at), e.progress.alive] as const] : [])),
    marks: marksOf(run, events, windows.startNs),
  };
  return {
    id: 'timeline',
    title: 'Load and latency',
    description: describe(timeline),
    sizes: FULL,
    legend: legendOf([
      ['area', 'alive'],
      ['bar', 'arrivals per second'],
      ['bar bad', 'of these failed or pending', 'failed'],
      ['line p50', `${timeline.name} p50`, 'p50'],
      ['line p99', 'p99', 'p99'],
    ]),
    draw: (size) => draw(size, timeline),
    data: dataOf(timeline),
    cursor: {
      at: windows.count.map((_, i) => (i + 0.5) / windows.count.length),
      frame: (size) => layoutOf(size, timeline).whole,
    },
  };
}

/** Panels below each other, with the texts of marks above them. */
function layoutOf({ width, height }: Size, { seconds, marks }: Timeline) {
  const sides = { left: 64, right: width - 12 };
  const x = timeScale(seconds, [sides.left, sides.right], width < 500 ? 4 : 10);
  const placed = placeMarks(marks, x, sides);
  const begin = marksHeight(placed);
  const third = (height - 40 - begin) / 3;
  const panels = [0, 1, 2].map(
    (i): Frame => ({
      ...sides,
      top: begin + 8 + i * third + (i > 0 ? 12 : 0),
      bottom: begin + (i + 1) * third,
    }),
  );
  const whole: Frame = { ...sides, top: panels[0]!.top, bottom: panels[2]!.bottom };
  return { x, placed, panels: panels as [Frame, Frame, Frame], whole };
}

function draw(size: Size, timeline: Timeline): Fragment {
  const { x, placed, panels, whole } = layoutOf(size, timeline);
  const [upper, middle, lower] = panels;
  return [
    drawAlive(timeline, x, upper),
    drawArrivals(timeline, x, middle),
    drawLatency(timeline, x, lower),
    xAxis(x, lower, (second) => `${second} s`),
    drawMarks(placed, x, whole, 0),
  ];
}

function drawAlive({ alive }: Timeline, x: Scale, frame: Frame): Markup {
  const y = linearScale(Math.max(1, ...alive.map(([, pods]) => pods)), [frame.bottom, frame.top], 3);
  const points = alive.map(([second, pods]): Point => [Math.min(x(second), frame.right), y(pods)]);
  const start: Point = [x(0), y(0)];
  return html`${yAxis(y, frame, formatCount)}<path class="area" d="${areaPath([start, ...points], frame.bottom)}"/>`;
}

function drawArrivals({ windows }: Timeline, x: Scale, frame: Frame): Markup {
  const y = linearScale(Math.max(1, ...windows.count), [frame.bottom, frame.top], 3);
  const bar = (second: number, value: number, mark: string, series?: string) => {
    const left = x(second);
    // A gap between bars as long as there is room for it.
    const slot = x(second + windows.widthNs / 1e9) - left;
    const width = slot > 4 ? slot - 1 : slot;
    return html`<rect class="${mark}"${series && html` data-series="${series}"`} x="${round(left)}" y="${round(y(value))}" width="${round(width)}" height="${round(frame.bottom - y(value))}"/>`;
  };
  return html`${yAxis(y, frame, formatCount)}${windows.count.map((count, i) => [
    count > 0 ? bar(i, count, 'bar') : undefined,
    windows.unsuccessful[i]! > 0 ? bar(i, windows.unsuccessful[i]!, 'bar bad', 'failed') : undefined,
  ])}`;
}

function drawLatency({ windows }: Timeline, x: Scale, frame: Frame): Markup {
  const values = [...windows.p50, ...windows.p99].filter((value) => value !== null && value > 0) as number[];
  if (values.length === 0) return html``;
  const y = logScale(Math.min(...values), Math.max(...values), [frame.bottom, frame.top]);
  const line = (points: WindowSeries['p50'], mark: string) => {
    const path = points.map((value, i): Point | null =>
      value === null || value <= 0 ? null : [x(i + 0.5), y(value)],
    );
    return html`<path class="line ${mark}" data-series="${mark}" d="${linePath(path)}"/>`;
  };
  return html`${yAxis(y, frame, (ns) => formatRound(ns, 'ns'))}${line(windows.p99, 'p99')}${line(windows.p50, 'p50')}`;
}

function describe({ windows, alive, marks, name }: Timeline): string {
  const most = Math.max(0, ...alive.map(([, pods]) => pods));
  const failed = windows.unsuccessful.reduce((sum, count) => sum + count, 0);
  const empty = windows.count.filter((count) => count === 0).length;
  return `Windows of one second by arrival, ${name}: at most ${formatCount(most)} alive, at most ${formatCount(Math.max(...windows.count))} arrivals in a second, ${formatCount(failed)} failed or pending, ${formatCount(empty)} seconds without arrivals.${marksText(marks)}`;
}

function dataOf({ windows, alive, name }: Timeline): Table {
  const pods = new Map(alive.map(([second, count]) => [Math.floor(second), count]));
  const value = (ns: number | null) => cell(ns === null ? '' : format(ns, 'ns'));
  return {
    title: `Windows of ${name}`,
    columns: [
      right('second'),
      right('alive'),
      right('arrivals'),
      right('failed or pending'),
      right('p50'),
      right('p99'),
      right('max'),
    ],
    rows: windows.count.map((count, i) => [
      cell(String(i)),
      cell(pods.has(i) ? formatCount(pods.get(i)!) : ''),
      cell(formatCount(count)),
      cell(formatCount(windows.unsuccessful[i]!)),
      value(windows.p50[i]!),
      value(windows.p99[i]!),
      value(windows.max[i]!),
    ]),
  };
}
