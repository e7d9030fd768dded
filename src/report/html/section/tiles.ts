import type { RunDocument, Summary } from '../../../measure/index.ts';
import { seriesKey } from '../../../measure/index.ts';
import { formatCount } from '../../../stats/index.ts';
import { formatBound } from '../../format-bound.ts';
import type { Verdict } from '../../verdict/judge.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { linePath, type Point, round } from '../plot/path.ts';
import { logScale } from '../plot/scale.ts';

const SHOWN = 4;
const SPARK = { width: 240, height: 34 };
const STATUS = {
  held: ['good', 'held'],
  broken: ['bad', 'broken'],
  inconclusive: ['doubt', 'unclear'],
  'not applicable': ['dim', 'not applicable'],
} as const;

/** What a run is first asked for: median and tail of what is gated or plotted, with its gates. */
export function tiles(run: RunDocument, verdict: Verdict): Markup {
  const shown = run.primary
    .flatMap((key) => run.summaries.find((summary) => summary.key === key) ?? [])
    .slice(0, SHOWN);
  return html`<ul class="tiles">${shown.map((summary) => tile(run, verdict, summary))}</ul>`;
}

function tile(run: RunDocument, { gates }: Verdict, summary: Summary): Markup {
  const { key, unit, p50, p99, intervals, count, ok } = summary;
  const own = gates.filter(({ gate }) => gate.kind === 'metric' && gate.metric === summary.metric);
  const lost = count - ok;
  return html`<li><p class="name">${key}</p>
<dl>${value('p50', formatBound(p50, unit), intervals.p50, unit)}${value('p99', formatBound(p99, unit), intervals.p99, unit)}</dl>
${spark(run, key)}
${own.map(({ subject, asked, status }) => html`<p>${subject} ${asked}: <span class="${STATUS[status][0]}">${STATUS[status][1]}</span></p>`)}
${lost > 0 ? html`<p class="bad">${formatCount(lost)} of ${formatCount(count)} failed or pending</p>` : ''}</li>
`;
}

function value(
  name: string,
  text: string,
  interval: Summary['intervals']['p50'],
  unit: Summary['unit'],
): Fragment {
  // Two bounds that are none say nothing besides the value.
  const range = interval?.low.atLeast
    ? undefined
    : interval &&
      html`<small>${formatBound(interval.low, unit)} to ${formatBound(interval.high, unit)}</small>`;
  return html`<div><dt>${name}</dt><dd>${text}${range}</dd></div>`;
}

/** The median second by second: a shape, not something to read values off, which the plots below are for. */
function spark({ windows }: RunDocument, key: string): Fragment {
  const series = windows.find(({ metric, labels }) => seriesKey(metric, labels) === key);
  const known = series?.p50.filter((each) => each !== null && each > 0) as number[] | undefined;
  if (!series || !known || known.length < 3) return undefined;
  const y = logScale(
    known.reduce((a, b) => Math.min(a, b)),
    known.reduce((a, b) => Math.max(a, b)),
    [SPARK.height - 2, 2],
  );
  const step = SPARK.width / (series.p50.length - 1);
  const points = series.p50.map((each, i): Point | null =>
    each === null || each <= 0 ? null : [round(i * step), y(each)],
  );
  return html`<svg viewBox="0 0 ${SPARK.width} ${SPARK.height}" aria-hidden="true"><path class="line spark" d="${linePath(points)}"/></svg>`;
}
