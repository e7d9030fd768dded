import type { HistoryGroup, HistorySeries } from '../../history/index.ts';
import { format, formatRound } from '../../stats/index.ts';
import { type Fragment, html, type Markup } from '../html/markup.ts';
import { type Frame, xAxis, yAxis } from '../html/plot/axes.ts';
import { type Cursor, figure, fullWidth, HALF, type Size } from '../html/plot/figure.ts';
import { linePath, type Point, round } from '../html/plot/path.ts';
import { bandScale, linearScale, type Scale } from '../html/plot/scale.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { signedShare } from '../signed-share.ts';
import { changeText, changeTone, dateOf, levelText, seriesName } from './changes-table.ts';

/** One metric over all points of a group: values with intervals, levels between changes, what changed around it. */
export function trendFigure(group: HistoryGroup, series: HistorySeries, id: string): Markup | undefined {
  if (series.values.length === 0) return undefined;
  return figure({
    id,
    title: seriesName(series),
    description: describe(group, series),
    sizes: series.gated ? fullWidth(250) : HALF,
    draw: (size) => draw(size, group, series),
    data: dataOf(group, series),
    cursor: cursorOf(group, series),
  });
}

function cursorOf({ points }: HistoryGroup, { values }: HistorySeries): Cursor {
  const x = bandScale(points.length, [0, 1]);
  return { at: values.map(({ point }) => x(point)), frame: frameOf };
}

function frameOf({ width, height }: Size): Frame {
  return { left: 64, right: width - 12, top: 32, bottom: height - 26 };
}

function draw(size: Size, group: HistoryGroup, series: HistorySeries): Fragment {
  const frame = frameOf(size);
  const x = bandScale(group.points.length, [frame.left, frame.right]);
  const scale = valueScale(series, frame);
  // What lies above the axis is drawn at its upper end, as what it is: more.
  const y: Scale = Object.assign((value: number) => Math.max(frame.top, scale(value)), scale);
  return [
    yAxis(y, frame, (value) => valueText(series, value, true)),
    dateAxis(group, x, frame),
    series.values.map(({ point, low, high }) =>
      low === null || high === null
        ? undefined
        : html`<line class="interval thin" x1="${round(x(point))}" x2="${round(x(point))}" y1="${round(y(low))}" y2="${round(y(high))}"/>`,
    ),
    html`<path class="line thin" d="${linePath(series.values.map(({ point, value }): Point => [x(point), y(value)]))}"/>`,
    levels(series, x, y),
    series.values.map(({ point, value, atLeast }) => {
      const inDoubt = group.points[point]!.conditions.length > 0;
      const title = html`<title>${dateOf(group, point)}: ${valueText(series, value)}</title>`;
      if (value > y.domain[1]) return beyond(x(point), frame.top, title);
      return html`<circle class="dot ${inDoubt || atLeast ? 'tail' : ''} ${atLeast ? 'bound' : ''}" cx="${round(x(point))}" cy="${round(y(value))}" r="3.2">${title}</circle>`;
    }),
    marks(group, series, x, frame),
  ];
}

/**
 * From zero on: a trend that begins somewhere else looks like more than it is. Up to twice the usual value: one strange
 * night does not press all others together. Differences have zero inside.
 */
function valueScale({ values, of }: HistorySeries, frame: Frame): Scale {
  const usual = values.map(({ value }) => value).sort((a, b) => a - b)[values.length >> 1]!;
  const ends = values.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const least = Math.min(0, ...ends);
  const most = Math.min(Math.max(0, ...ends), of === 'value' ? 2 * usual : Infinity);
  const range = [frame.bottom, frame.top] as const;
  if (of === 'value' || least >= 0) return linearScale(most || 1, range, 4, 0);
  const step = linearScale(Math.max(most, -least), [0, 1], 2).ticks[1]!;
  return linearScale(most, range, 4, -Math.ceil(-least / step) * step);
}

/** The level between two changes as a line: where a reader sees the step. */
function levels({ changes, values }: HistorySeries, x: Scale, y: Scale): Fragment {
  const last = values.at(-1)!.point;
  return changes.map((change, i) => {
    const from = i === 0 ? values[0]!.point : changes[i - 1]!.point;
    const to = changes[i + 1]?.point ?? last + 1;
    const level = (begin: number, end: number, value: number) =>
      html`<line class="level" x1="${round(x(begin - 0.4))}" x2="${round(x(end - 0.6))}" y1="${round(y(value))}" y2="${round(y(value))}"/>`;
    return [
      i === 0 ? level(from, change.point, change.before.value) : undefined,
      level(change.point, to, change.after.value),
    ];
  });
}

function marks(group: HistoryGroup, series: HistorySeries, x: Scale, frame: Frame): Fragment {
  const line = (point: number, mark: string, text: string, row: number, title: string) => {
    const at = round(x(point - 0.5));
    const anchor = at > (frame.left + frame.right) / 2 ? 'end' : 'start';
    return html`<line class="mark ${mark}" x1="${at}" x2="${at}" y1="${10 + row * 13}" y2="${frame.bottom}"><title>${title}</title></line><text class="mark ${mark}" x="${anchor === 'end' ? at - 4 : at + 4}" y="${11 + row * 13}" text-anchor="${anchor}">${text}</text>`;
  };
  const tones = { bad: 'fault', good: 'release', dim: 'phase' } as const;
  return [
    group.environmentChanges.map(({ point, fields }) =>
      line(point, 'change', fields.map(({ field }) => field).join(', '), 1, fields.map(fieldText).join(', ')),
    ),
    series.changes.map((change) => {
      const tone = changeTone(change);
      const text = `${changeText(change)}${change.state === 'open' ? '' : ` ${change.state}`}`;
      return line(change.point, tones[tone as keyof typeof tones], text, 0, change.reason ?? text);
    }),
  ];
}

function fieldText({ field, before, after }: { field: string; before: string; after: string }): string {
  return `${field}: ${before} to ${after}`;
}

/** An arrow for a value above the axis. */
function beyond(x: number, top: number, title: Markup): Markup {
  const at = round(x);
  return html`<path class="dot bad" d="M${at - 5} ${top + 8}L${at} ${top - 1}L${at + 5} ${top + 8}z">${title}</path>`;
}

/** As many dates as there is room for. */
function dateAxis(group: HistoryGroup, x: Scale, frame: Frame): Markup {
  const room = Math.max(1, Math.floor((frame.right - frame.left) / 90));
  const every = Math.ceil(group.points.length / room);
  const ticks = x.ticks.filter((tick) => tick % every === 0);
  return xAxis(
    Object.assign((value: number) => x(value), { ticks, domain: x.domain }),
    frame,
    (point) => dateOf(group, point).slice(5),
  );
}

function valueText(series: HistorySeries, value: number, isRound = false): string {
  const write = isRound ? formatRound : format;
  return series.of === 'difference'
    ? signedShare(Number(value.toFixed(6)), write)
    : write(value, series.unit);
}

function describe(group: HistoryGroup, series: HistorySeries): string {
  const { values, changes, notes } = series;
  const last = values.at(-1)!;
  const steps = changes.map(
    (change) =>
      `Since ${dateOf(group, change.point)} ${levelText(change.after, series)} instead of ${levelText(change.before, series)} (${changeText(change)}, ${change.state}${change.reason ? `: ${change.reason}` : ''}).`,
  );
  const begin = `${values.length} points, ${dateOf(group, values[0]!.point)} to ${dateOf(group, last.point)}; the last ${valueText(series, last.value)}.`;
  return [begin, ...(steps.length > 0 ? steps : ['No change of level.']), ...notes].join(' ');
}

function dataOf(group: HistoryGroup, series: HistorySeries): Table {
  const text = (value: number | null) => cell(value === null ? '' : valueText(series, value));
  return {
    title: seriesName(series),
    columns: [
      left('date'),
      left('commit'),
      right('runs'),
      right('value'),
      right('low'),
      right('high'),
      left('what happened'),
    ],
    rows: series.values.map(({ point, runs, value, atLeast, low, high }) => {
      const { commit, conditions } = group.points[point]!;
      const environment = group.environmentChanges.filter((each) => each.point === point);
      const changes = series.changes.filter((each) => each.point === point);
      return [
        cell(dateOf(group, point)),
        cell(commit.slice(0, 10)),
        cell(String(runs)),
        cell(`${atLeast ? '≥ ' : ''}${valueText(series, value)}`),
        text(low),
        text(high),
        cell(
          [
            ...changes.map((change) => `${changeText(change)} (${change.state})`),
            ...environment.flatMap(({ fields }) => fields.map(fieldText)),
            ...conditions,
          ].join('; '),
        ),
      ];
    }),
  };
}
