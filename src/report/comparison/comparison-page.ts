import type { ComparedMetric, ComparisonDocument } from '../../compare/index.ts';
import type { RunDocument } from '../../measure/index.ts';
import { formatCount } from '../../stats/index.ts';
import { html, type Markup } from '../html/markup.ts';
import { ecdfFigure } from '../html/section/ecdf.ts';
import { chapter, chapters, page } from '../html/shell.ts';
import { htmlTable } from '../html/table.ts';
import { Distribution } from '../model/distribution.ts';
import { cell, left, right, type Table } from '../model/table.ts';
import { comparisonTable, differencesTable } from './comparison-tables.ts';
import { forestFigure } from './forest.ts';
import { runDotsFigure } from './run-dots.ts';
import { sideLines } from './side-lines.ts';

const SIDES = ['a', 'b'] as const;
const TONES = {
  passed: 'good',
  inconclusive: 'doubt',
  regression: 'bad',
  'invariant broken': 'bad',
} as const;
/** Metrics that have plots of their own; the others are in the table and in the forest. */
const MOST_PLOTS = 12;

/**
 * A comparison as one file. `runs` are the runs of both sides: with them the distributions of all their samples are drawn
 * besides the values of whole runs.
 */
export function comparisonHtml(comparison: ComparisonDocument, runs: readonly RunDocument[] = []): string {
  const { title, outcome, exitCode, reasons, warnings, metrics } = comparison;
  const ordered = inOrder(metrics);
  const gated = ordered.filter((metric) => metric.gated);
  const plotted = (gated.length > 0 ? gated : ordered).slice(0, MOST_PLOTS);
  return page(
    `${title}: ${outcome} · churnlab`,
    html`<header>
<p class="id">churnlab · comparison</p>
<h1>${title}</h1>
<ul class="lead">${sideLines(comparison).map((line) => html`<li>${line}</li>`)}</ul>
<div class="verdict ${TONES[outcome]}"><strong>${outcome}</strong> <span class="exit">exit ${exitCode}</span>
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}</div>
${warnings.map((warning) => html`<p class="warning">Warning: ${warning}</p>`)}
</header>
${chapters(
  [
    chapter('verdicts', 'Verdicts', [tableOr(comparisonTable(comparison, { all: true }))]),
    chapter('differences', 'Differences', [forestFigure(ordered)]),
    chapter(
      'runs',
      'Runs and samples',
      plotted.map((metric, i) => plots(metric, comparison, runs, i)),
    ),
    chapter('invariants', 'Invariants', [tableOr(invariantsTable(comparison))]),
    chapter('fields', 'What else differs', [
      tableOr(differencesTable(comparison)),
      tableOr(residueTable(comparison)),
    ]),
    chapter('conditions', 'Runs in doubt', [tableOr(conditionsTable(comparison))]),
    chapter('sides', 'All runs', [tableOr(runsTable(comparison))]),
  ].filter((each) => each !== undefined),
)}`,
  );
}

/** Metrics that decide the outcome first. */
function inOrder(metrics: readonly ComparedMetric[]): ComparedMetric[] {
  return [...metrics.filter(({ gated }) => gated), ...metrics.filter(({ gated }) => !gated)];
}

/** Each run a dot, and the samples of all runs as two lines. */
function plots(
  metric: ComparedMetric,
  comparison: ComparisonDocument,
  runs: readonly RunDocument[],
  i: number,
): Markup | undefined {
  const dots = runDotsFigure(metric, i);
  const ecdf = ecdfFigure(
    `ecdf-${i}`,
    `${metric.group === '' ? '' : `${metric.group}: `}${metric.key}: all samples`,
    metric.unit,
    SIDES.flatMap((side) => {
      const members = runsOf(comparison, side, metric.group);
      const summaries = runs
        .filter(({ id }) => members.has(id))
        .flatMap((run) => run.summaries.find(({ key }) => key === metric.key) ?? []);
      return summaries.length === 0
        ? []
        : [
            {
              name: `${side} ${comparison.sides[side].name}`,
              mark: side,
              distribution: Distribution.merged(summaries),
            },
          ];
    }),
  );
  return dots || ecdf ? html`<div class="grid">${dots}${ecdf}</div>` : undefined;
}

/** Runs that count: one on a machine that was busy is left out of plots as it is of statistics. */
function runsOf({ sides, conditions }: ComparisonDocument, side: 'a' | 'b', group: string): Set<string> {
  const out = new Set(conditions.filter((each) => each.side === side && !each.counted).map(({ run }) => run));
  return new Set(
    sides[side].runs.filter((run) => run.group === group && !out.has(run.id)).map(({ id }) => id),
  );
}

function tableOr(table: Table): Markup | undefined {
  return table.rows.length > 0 ? htmlTable(table) : undefined;
}

function invariantsTable({ invariants }: ComparisonDocument): Table {
  return {
    title: 'Invariants that were broken',
    columns: [left('side'), left('run'), left('invariant'), right('violations'), left('first witness')],
    rows: invariants.map(({ side, run, title, violations, witness }) => [
      cell(side),
      cell(run),
      cell(title, 'bad'),
      cell(formatCount(violations), 'bad'),
      cell(witness ?? ''),
    ]),
  };
}

function residueTable({ residue }: ComparisonDocument): Table {
  return {
    title: 'Fields that vary inside a side',
    columns: [left('side'), left('field'), left('values')],
    rows: residue.map(({ side, group, field, values }) => [
      cell(side),
      cell(group === '' ? field : `${group}: ${field}`, 'doubt'),
      cell(values.join(', ')),
    ]),
    legend: 'Every run of a side should be alike in these.',
  };
}

function conditionsTable({ conditions }: ComparisonDocument): Table {
  return {
    title: 'Runs that cannot be relied on',
    columns: [left('side'), left('run'), left('counted'), left('why')],
    rows: conditions.map(({ side, run, reason, counted }) => [
      cell(side),
      cell(run),
      cell(counted ? 'yes' : 'no', 'doubt'),
      cell(reason),
    ]),
  };
}

function runsTable({ sides }: ComparisonDocument): Table {
  return {
    title: 'Runs of both sides',
    columns: [left('side'), left('run'), left('group'), right('seed'), left('started'), left('commit')],
    rows: SIDES.flatMap((side) =>
      sides[side].runs.map(({ id, group, seed, startedAt, commit }) => [
        cell(side),
        cell(id),
        cell(group),
        cell(seed === null ? '' : String(seed)),
        cell(startedAt),
        cell(commit.slice(0, 12)),
      ]),
    ),
  };
}
