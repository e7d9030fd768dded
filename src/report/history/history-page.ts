import type { HistoryDocument, HistoryGroup } from '../../history/index.ts';
import { html, type Markup } from '../html/markup.ts';
import { type Chapter, chapter, chapters, page } from '../html/shell.ts';
import { htmlTable } from '../html/table.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { changesTable, dateOf } from './changes-table.ts';
import { trendFigure } from './trend.ts';

const TONES = { passed: 'good', regression: 'bad', inconclusive: 'doubt' } as const;

/** The history of a folder of results as one file: every metric over time, with what changed and why. */
export function historyHtml(history: HistoryDocument): string {
  const { source, outcome, exitCode, reasons, warnings, groups } = history;
  const changes = changesTable(history);
  return page(
    `History of ${source}: ${outcome} · churnlab`,
    html`<header>
<p class="id">churnlab · history</p>
<h1>${source}</h1>
<p>${spanOf(groups)}</p>
<div class="verdict ${TONES[outcome]}"><strong>${outcome}</strong> <span class="exit">exit ${exitCode}</span>
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}</div>
${warnings.map((warning) => html`<p class="warning">Warning: ${warning}</p>`)}
</header>
${chapters(
  [
    chapter('changes', 'Changes of level', [
      changes.rows.length > 0 ? htmlTable(changes) : html`<p>None of these series changed its level.</p>`,
    ]),
    ...groups.map(groupChapter),
    chapter('environments', 'Environments', groups.map(environmentsOf)),
  ].filter((each) => each !== undefined),
)}`,
  );
}

function spanOf(groups: readonly HistoryGroup[]): string {
  const dates = groups.flatMap(({ points }) => points.map(({ startedAt }) => startedAt.slice(0, 10))).sort();
  if (dates.length === 0) return 'No results.';
  const nights = Math.max(...groups.map(({ points }) => points.length));
  return `${dates[0]} to ${dates.at(-1)}, at most ${nights} points of a scenario`;
}

/** What decides the outcome over the whole width, the rest below in two columns. */
function groupChapter(group: HistoryGroup, i: number): Chapter | undefined {
  const figures = group.series.map((series, j) => ({
    series,
    drawn: trendFigure(group, series, `trend-${i}-${j}`),
  }));
  const of = (isGated: boolean) =>
    figures.flatMap(({ series, drawn }) => (series.gated === isGated ? (drawn ?? []) : []));
  const others = of(false);
  return chapter(`group-${i}`, group.name, [
    html`<p class="about">Purple lines: the machine or the configuration changed. Hollow dots: the machine was not quiet. Vertical bars: 95 % interval of a difference, else the range over the runs of a night.</p>`,
    ...of(true),
    others.length > 0 ? html`<div class="grid">${others}</div>` : undefined,
  ]);
}

function environmentsOf(group: HistoryGroup): Markup | undefined {
  if (group.environments.length === 0) return undefined;
  const fields = [...new Set(group.environments.flatMap((each) => Object.keys(each)))];
  const first = (i: number) => group.points.findIndex(({ environment }) => environment === i);
  const table: Table = {
    title: `Environments of ${group.name}`,
    columns: [left('first seen'), right('points'), ...fields.map(left)],
    rows: group.environments.map((environment, i) => [
      cell(first(i) < 0 ? '' : dateOf(group, first(i))),
      cell(String(group.points.filter((point) => point.environment === i).length)),
      ...fields.map((field) => cell(environment[field] ?? '')),
    ]),
  };
  return html`<h3>${group.name}</h3>${htmlTable(table)}`;
}
